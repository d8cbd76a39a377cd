ALTER TABLE mask ALTER COLUMN as_number TYPE integer USING NULL, ALTER COLUMN as_bytes TYPE bytea USING NULL, ALTER COLUMN longer TYPE bit varying(8);
