CREATE TABLE shirt (id INT NOT NULL PRIMARY KEY, size ENUM('s','m') NOT NULL, kind ENUM('x',''), word ENUM('s','m'));
INSERT INTO shirt VALUES (1, 's', 'x', 'm'), (2, 'xl', 'x', 'm'), (3, 'm', 'nothing', 'm'), (4, 'm', '', 'xl');
