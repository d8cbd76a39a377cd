ALTER TABLE measure ALTER COLUMN wide TYPE double precision, ALTER COLUMN narrow TYPE real;
