CREATE TABLE customer (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL, total INT NOT NULL);
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, customer INT NOT NULL, amount INT NOT NULL, done BOOLEAN NOT NULL DEFAULT FALSE, KEY (customer));
CREATE TABLE line (orders INT NOT NULL, no INT NOT NULL, text VARCHAR(20), PRIMARY KEY (orders, no));
INSERT INTO customer VALUES (1, 'ann', 0), (2, 'bob', 0), (3, 'cid', 0);
INSERT INTO orders (id, customer, amount) VALUES (10, 1, 5), (11, 1, 7), (12, 2, 11), (13, 3, 13);
INSERT INTO line VALUES (10, 1, 'a'), (10, 2, 'b'), (11, 1, 'c'), (12, 1, 'd'), (13, 1, 'e');
