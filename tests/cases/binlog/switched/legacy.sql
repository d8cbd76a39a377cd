CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(60) NOT NULL);
INSERT INTO item VALUES (1, 'one'), (2, 'two'), (3, 'three');
