DELETE FROM company_directory WHERE id = 1;
UPDATE private_directory SET number = '557' WHERE id = 2;
INSERT INTO company_directory VALUES (3, 'Gate', '33');
INSERT INTO private_directory VALUES (3, 8, 'Gate', '1');
-- wait
-- verify
# What fires no trigger is compared and mended, in this map's rows only.
TRUNCATE TABLE private_directory;
-- until SELECT count(*) = 0 FROM :schema.entry WHERE directory = 'private';
INSERT INTO private_directory VALUES (5, 8, 'Bakery', '2');
