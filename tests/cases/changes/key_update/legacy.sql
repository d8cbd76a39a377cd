CREATE TABLE one (id INT NOT NULL PRIMARY KEY, v VARCHAR(10));
CREATE TABLE two (a INT NOT NULL, b VARCHAR(5) NOT NULL, v VARCHAR(10), PRIMARY KEY (a, b));
INSERT INTO one VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'), (6, 'f');
INSERT INTO two VALUES (1, 'x', 'a'), (1, 'y', 'b'), (2, 'x', 'c'), (2, 'y', 'd');
