SET foreign_key_checks = 0;
DELETE FROM p WHERE id = 1;
UPDATE p SET id = 22 WHERE id = 2;
INSERT INTO c VALUES (50, 99);
SET foreign_key_checks = 1;
DELETE FROM p WHERE id = 3;
-- error 1452
INSERT INTO c VALUES (60, 99);
