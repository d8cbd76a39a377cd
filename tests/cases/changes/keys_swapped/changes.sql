BEGIN;
UPDATE pair SET id = -1 WHERE id = 1;
UPDATE pair SET id = 1 WHERE id = 2;
UPDATE pair SET id = 2 WHERE id = -1;
COMMIT;
# Four rows, each to the place of the next.
BEGIN;
UPDATE ring SET a = 9, b = 9 WHERE a = 1 AND b = 1;
UPDATE ring SET b = 1 WHERE a = 1 AND b = 2;
UPDATE ring SET a = 1 WHERE a = 2 AND b = 2;
UPDATE ring SET b = 2 WHERE a = 2 AND b = 1;
UPDATE ring SET a = 2, b = 1 WHERE a = 9;
COMMIT;
