CREATE TABLE item (id INT NOT NULL PRIMARY KEY, name VARCHAR(40) CHARACTER SET utf8mb4, price DECIMAL(8,2), loaded VARCHAR(10));
INSERT INTO item VALUES (1, 'there before', 1, 'before'), (2, 'there too', 2, 'before');
SET GLOBAL local_infile = ON;
