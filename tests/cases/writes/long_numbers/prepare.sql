ALTER TABLE :schema.n ALTER COLUMN a TYPE numeric;
