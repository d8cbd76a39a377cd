CREATE TABLE p (id INT NOT NULL PRIMARY KEY, v INT NOT NULL);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p INT NOT NULL, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO p VALUES (1, 0), (2, 0), (3, 0), (4, 0);
INSERT INTO c VALUES (10, 1), (20, 2), (30, 3), (40, 4);
# Rows that refer to nothing from the beginning.
SET foreign_key_checks = 0;
INSERT INTO c VALUES (70, 77), (71, 77);
SET foreign_key_checks = 1;
