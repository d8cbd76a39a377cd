CREATE TABLE shirt (id INT NOT NULL PRIMARY KEY, size ENUM('s','m','l') NOT NULL);
INSERT INTO shirt VALUES (1, 's'), (2, 'm'), (3, 'l');
