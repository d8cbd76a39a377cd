CREATE TABLE item (id INT NOT NULL PRIMARY KEY, kind ENUM('small','large') NOT NULL, flags SET('x','z'));
INSERT INTO item VALUES (1, 'small', 'x'), (2, 'large', 'x,z');
