CREATE TABLE item (id INT NOT NULL PRIMARY KEY, code VARCHAR(10) NOT NULL, note VARCHAR(20) DEFAULT 'none', UNIQUE KEY item_code (code));
INSERT INTO item VALUES (1, 'a', 'first'), (2, 'b', 'second'), (3, 'c', 'third'), (4, 'd', 'fourth'), (5, 'e', 'fifth');
