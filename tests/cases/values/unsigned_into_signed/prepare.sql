ALTER TABLE whole DROP CONSTRAINT whole_iu_check, DROP CONSTRAINT whole_bu_check, ALTER COLUMN iu TYPE integer, ALTER COLUMN bu TYPE bigint;
