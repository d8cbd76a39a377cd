CREATE TABLE customer (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL);
CREATE TABLE invoice (id INT PRIMARY KEY, customer_id INT NOT NULL, reviewer INT, cents INT NOT NULL);
CREATE TABLE item (id INT PRIMARY KEY, invoice_id INT NOT NULL, label VARCHAR(20) NOT NULL);
INSERT INTO customer VALUES (1, 'one'), (2, 'two');
INSERT INTO invoice VALUES (1, 2, NULL, 150), (2, 1, 2, 99), (3, 9, 1, 5);
INSERT INTO item VALUES (1, 1, 'a'), (2, 3, 'b');
