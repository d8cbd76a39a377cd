CREATE TABLE customer (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL, email VARCHAR(40) UNIQUE,
    score DECIMAL(8,2) NOT NULL DEFAULT 1.50, note TEXT);
CREATE TABLE pair (a INT NOT NULL, b VARCHAR(10) NOT NULL, v INT, PRIMARY KEY (a, b));
INSERT INTO customer (name, email) VALUES ('ann', 'ann@x'), ('bob', 'bob@x'), ('cid', NULL);
INSERT INTO pair VALUES (1, 'x', 10), (1, 'y', 20);
