BEGIN;
DELETE FROM login WHERE id = 1;
INSERT INTO login VALUES (1, 'ann', 2);
# The name goes to a new row, and its key to another.
DELETE FROM login WHERE id = 2;
INSERT INTO login VALUES (20, 'bob', 2), (2, 'fay', 2);
# Inserted and deleted, updated and deleted: nothing of it stays.
INSERT INTO login VALUES (30, 'gus', 2);
UPDATE login SET name = 'hal' WHERE id = 30;
DELETE FROM login WHERE id = 30;
UPDATE login SET v = 2 WHERE id = 3;
DELETE FROM login WHERE id = 3;
COMMIT;
# Each in its own transaction, all before the link has looked perhaps.
UPDATE login SET name = 'old' WHERE id = 4;
UPDATE login SET name = 'dan' WHERE id = 5;
DELETE FROM login WHERE id = 4;
INSERT INTO login VALUES (4, 'eve', 2);
