# Only the letters change, the row does not; then the row, found by other letters.
UPDATE k_ci SET k = 'ABC' WHERE k = 'abc';
UPDATE k_ci SET v = 2 WHERE k = 'aBc';
UPDATE k_ci SET k = 'blank  ' WHERE k = 'blank';
UPDATE k_ci SET k = 'trail' WHERE k = 'trail';
UPDATE k_ci SET k = 'arger' WHERE k = 'Ärger';
DELETE FROM k_ci WHERE k = 'TAB\t';
BEGIN;
DELETE FROM k_ci WHERE k = 'swap';
INSERT INTO k_ci VALUES ('SWAP', 3);
COMMIT;
-- error 1062
INSERT INTO k_ci VALUES ('Swap ', 4);
UPDATE k_ci SET v = 2 WHERE k = '   ';
REPLACE INTO k_unicode VALUES ('CAFÉ', 2);
UPDATE k_unicode SET k = 'strasse', v = 2 WHERE k = 'STRASSE';
UPDATE k_unicode SET k = 'angstrom' WHERE k = 'angstrom';
INSERT INTO k_unicode VALUES ('Naive', 5) ON DUPLICATE KEY UPDATE k = VALUES(k), v = VALUES(v);
DELETE FROM k_unicode WHERE k = 'ﬁ';
UPDATE k_bin SET v = 2 WHERE k = 'A';
DELETE FROM k_bin WHERE k = 'a';
UPDATE k_bin SET k = 'z' WHERE k = 'Z';
INSERT INTO k_bin VALUES ('🔕', 3), ('b', 3), ('B', 3);
UPDATE k_latin1 SET k = 'ABC' WHERE k = 'abc';
UPDATE k_latin1 SET v = 2 WHERE k = '€';
DELETE FROM k_latin1 WHERE k = 'ß';
UPDATE k_two SET a = 'X', v = 2 WHERE a = 'x' AND b = 'AB';
DELETE FROM k_two WHERE a = 'y';
