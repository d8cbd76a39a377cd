CREATE TABLE person (id INT NOT NULL PRIMARY KEY, name VARCHAR(20), kind VARCHAR(10) NOT NULL DEFAULT 'shared');
INSERT INTO person VALUES (1, 'ann', 'shared'), (2, 'bob', 'own');
