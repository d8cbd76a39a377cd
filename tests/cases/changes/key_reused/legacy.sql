CREATE TABLE login (id INT NOT NULL PRIMARY KEY, name VARCHAR(10) NOT NULL, v INT NOT NULL, UNIQUE KEY login_name (name));
INSERT INTO login VALUES (1, 'ann', 1), (2, 'bob', 1), (3, 'cid', 1), (4, 'dan', 1), (5, 'eve', 1);
