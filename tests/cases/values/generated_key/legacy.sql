CREATE TABLE item (a INT NOT NULL, b INT AS (a % 10) STORED NOT NULL, note VARCHAR(10), UNIQUE KEY item_b (b, a));
INSERT INTO item (a, note) VALUES (5, 'five'), (15, 'fifteen');
