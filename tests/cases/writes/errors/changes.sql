-- upgrade
SELECT tandem.route(':link', 'item', 'exception');
SELECT tandem.route(':link', 'parent', 'exception');
# Let the legacy side alone say no.
ALTER TABLE item DROP CONSTRAINT item_parent, ALTER COLUMN name TYPE text, ALTER COLUMN small TYPE int, ALTER COLUMN name DROP NOT NULL;
ALTER TABLE item DROP CONSTRAINT IF EXISTS item_small;
-- error 23505
INSERT INTO item (name) VALUES ('one');
-- error 23503
INSERT INTO item (name, parent_id) VALUES ('two', 77);
-- error 23503
DELETE FROM parent WHERE id = 1;
-- error 23502
INSERT INTO item (name) VALUES (NULL);
-- error 23514
INSERT INTO item (name, small) VALUES ('two', 13);
-- error 22001
INSERT INTO item (name) VALUES ('too long a name');
-- error 22003
INSERT INTO item (name, small) VALUES ('two', 200);
-- error 22003
INSERT INTO item (name, day) VALUES ('two', 'infinity');
-- error P0001
INSERT INTO item (name, small) VALUES ('two', 99);
-- error 22001
UPDATE item SET name = 'too long a name' WHERE id = 1;
BEGIN;
INSERT INTO item (name) VALUES ('two');
SAVEPOINT s;
-- error 23503
INSERT INTO item (name, parent_id) VALUES ('three', 77);
ROLLBACK TO SAVEPOINT s;
INSERT INTO item (name, parent_id) VALUES ('three', 1);
COMMIT;
-- wait
