-- only mysql
CREATE TABLE item (id INT NOT NULL PRIMARY KEY, name VARCHAR(10), secret INT DEFAULT 7 INVISIBLE);
-- only mariadb
CREATE TABLE item (id INT NOT NULL PRIMARY KEY, name VARCHAR(10), secret INT INVISIBLE DEFAULT 7);
INSERT INTO item VALUES (1, 'one');
INSERT INTO item (id, name, secret) VALUES (2, 'two', 22);
