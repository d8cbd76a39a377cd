CREATE TABLE shirt (id INT NOT NULL PRIMARY KEY, size ENUM('small','it''s','a,b','back\\slash','é') NOT NULL, kind ENUM('x','') DEFAULT '', old ENUM('b','a') CHARACTER SET latin1);
INSERT INTO shirt VALUES (1, 'small', 'x', 'a'), (2, 'it''s', '', 'b'), (3, 'a,b', NULL, NULL), (4, 'back\\slash', 2, 1);
# A table whose enum has the same column name.
CREATE TABLE coat (id INT NOT NULL PRIMARY KEY, size ENUM('m') NOT NULL);
INSERT INTO coat VALUES (1, 'm');
