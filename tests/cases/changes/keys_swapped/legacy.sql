CREATE TABLE pair (id INT NOT NULL PRIMARY KEY, v VARCHAR(10) NOT NULL, UNIQUE KEY pair_v (v));
CREATE TABLE ring (a INT NOT NULL, b INT NOT NULL, v VARCHAR(10) NOT NULL, PRIMARY KEY (a, b));
INSERT INTO pair VALUES (1, 'one'), (2, 'two'), (3, 'three');
INSERT INTO ring VALUES (1, 1, 'p'), (1, 2, 'q'), (2, 1, 'r'), (2, 2, 's');
