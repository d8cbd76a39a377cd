CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(60) NOT NULL, detail JSON, note TEXT);
CREATE TABLE pair (a VARCHAR(20) NOT NULL, b DATETIME(3) NOT NULL, n DECIMAL(12, 3) NOT NULL, v INT, PRIMARY KEY (n, a, b));
CREATE TABLE node (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES node (id) ON DELETE CASCADE);
INSERT INTO item VALUES (1, 'one', '{"a": 1, "b": [1, 2, 3]}', 'n'), (2, 'two', NULL, NULL), (3, 'three', '{}', '');
INSERT INTO pair VALUES ('x', '2024-02-03 04:05:06.789', -1.5, 1);
INSERT INTO node VALUES (1, NULL), (2, 1), (3, 2), (4, NULL);
