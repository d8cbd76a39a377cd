BEGIN;
UPDATE seat SET place = NULL WHERE id = 1;
UPDATE seat SET place = 'A1' WHERE id = 2;
UPDATE seat SET place = 'A2' WHERE id = 1;
COMMIT;
# In three, and to the other hall.
BEGIN;
UPDATE seat SET place = 'tmp' WHERE id = 3;
UPDATE seat SET place = 'A3' WHERE id = 2;
UPDATE seat SET place = 'A1' WHERE id = 3;
UPDATE seat SET hall = 3 WHERE id = 4;
UPDATE seat SET hall = 2 WHERE id = 3;
UPDATE seat SET hall = 1, place = 'A1' WHERE id = 4;
COMMIT;
# NULL is equal to nothing.
UPDATE seat SET place = NULL WHERE id = 1;
