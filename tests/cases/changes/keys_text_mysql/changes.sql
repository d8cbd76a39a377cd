UPDATE k_0900 SET v = 2 WHERE k = 'A ';
UPDATE k_0900 SET k = 'E', v = 2 WHERE k = 'é';
UPDATE k_0900 SET k = 'STRASSE' WHERE k = 'strasse';
INSERT INTO k_0900 VALUES ('A  ', 3);
UPDATE k_as_cs SET v = 2 WHERE k = 'A';
DELETE FROM k_as_cs WHERE k = 'a ';
UPDATE k_0900_bin SET k = 'a  ' WHERE k = 'a ';
DELETE FROM k_0900_bin WHERE k = '';
