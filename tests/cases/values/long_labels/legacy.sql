CREATE TABLE shirt (id INT NOT NULL PRIMARY KEY, size ENUM('s','nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn'));
INSERT INTO shirt VALUES (1, 1), (2, 2), (3, 0);
