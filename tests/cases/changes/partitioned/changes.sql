UPDATE by_range SET day = '2026-01-01' WHERE id = 1;
UPDATE by_range PARTITION (mid) SET v = 20;
DELETE FROM by_range PARTITION (now) WHERE id = 3;
INSERT INTO by_range PARTITION (old) VALUES (4, '2001-01-01', 4);
-- error 1748
INSERT INTO by_range PARTITION (old) VALUES (5, '2026-01-01', 5);
UPDATE by_list SET kind = 2 WHERE id = 1;
UPDATE by_list SET kind = 1, id = 20 WHERE id = 2;
-- error 1526
UPDATE by_list SET kind = 9 WHERE id = 3;
UPDATE by_hash SET id = id + 100 WHERE id > 3;
INSERT INTO by_hash (v) VALUES (7), (8);
DELETE FROM by_hash ORDER BY id LIMIT 1;
REPLACE INTO by_key VALUES ('one', 10), ('four', 4);
UPDATE by_key SET name = 'deux' WHERE name = 'two';
INSERT INTO by_key VALUES ('three', 3) ON DUPLICATE KEY UPDATE v = 33;
UPDATE sub SET id = id + 98 WHERE id = 2;
DELETE FROM sub PARTITION (b) WHERE id = 101;
