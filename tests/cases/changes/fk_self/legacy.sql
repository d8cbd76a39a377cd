CREATE TABLE folder (id INT NOT NULL PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES folder (id) ON DELETE CASCADE);
CREATE TABLE staff (id INT NOT NULL PRIMARY KEY, boss INT, name VARCHAR(10), FOREIGN KEY (boss) REFERENCES staff (id) ON DELETE SET NULL);
# Two chains and a tree; a row that is its own parent.
INSERT INTO folder VALUES (1, NULL), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 6), (8, 7), (9, 8), (10, 9), (11, 10), (12, 11), (13, 12);
INSERT INTO folder VALUES (100, NULL), (110, 100), (111, 110), (112, 110), (120, 100), (121, 120), (200, NULL), (210, 200), (300, 300);
INSERT INTO staff VALUES (1, NULL, 'ann'), (2, 1, 'bob'), (3, 1, 'cid'), (4, 2, 'dan'), (5, 5, 'eve');
