CREATE TABLE counter (id INT NOT NULL PRIMARY KEY, name VARCHAR(10) NOT NULL, hits INT NOT NULL, UNIQUE KEY counter_name (name));
INSERT INTO counter VALUES (1, 'one', 1), (2, 'two', 1), (3, 'three', 1), (4, 'four', 1), (5, 'five', 1);
