UPDATE t SET v = 'Größe', at = '2026-07-01 12:00:00' WHERE id = 3;
INSERT INTO t VALUES (4, '🙂', NULL), (5, '', '2026-01-01 00:00:00');
UPDATE by_text SET id = CONCAT(id, 'ё') WHERE v < 3;
DELETE FROM by_text WHERE v = 3;
UPDATE by_time SET id = '2026-07-01 12:00:00';
UPDATE hidden_key SET v = v + 1 WHERE v > 10;
DELETE FROM hidden_key WHERE v = 10;
