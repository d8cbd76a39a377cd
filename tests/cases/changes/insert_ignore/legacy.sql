CREATE TABLE item (id INT NOT NULL PRIMARY KEY, code VARCHAR(3) NOT NULL, amount TINYINT NOT NULL, UNIQUE KEY item_code (code));
CREATE TABLE part (id INT NOT NULL PRIMARY KEY, item INT NOT NULL, FOREIGN KEY (item) REFERENCES item (id));
INSERT INTO item VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4);
INSERT INTO part VALUES (10, 1), (20, 2);
