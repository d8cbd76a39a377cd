UPDATE site SET code = 'X' WHERE code = 'A';
UPDATE room SET no = 9 WHERE site = 'B' AND no = 1;
UPDATE site SET code = CONCAT(code, '2') WHERE code IN ('B', 'C');
UPDATE person SET login = 'anna' WHERE id = 1;
# Nothing changes, and then only the letter's case.
UPDATE site SET code = code;
UPDATE person SET login = 'BOB' WHERE id = 2;
BEGIN;
UPDATE site SET code = 'Z' WHERE code = 'X';
ROLLBACK;
