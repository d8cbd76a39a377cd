INSERT INTO item VALUES (4, 'drill', 1.5, 4), (5, 'etui', 2.5, 5), (6, 'file', 3.5, 6), (7, 'gauge', 4.5, 7);
INSERT INTO item (id, name) SELECT id + 10, CONCAT(name, '!') FROM item;
UPDATE item SET stock = stock + 100 WHERE id BETWEEN 2 AND 12;
# These two change no row.
UPDATE item SET stock = stock;
DELETE FROM item WHERE id > 1000;
INSERT INTO archive SELECT id, name FROM item WHERE stock = 0;
DELETE FROM item WHERE id > 13 ORDER BY id DESC LIMIT 2;
UPDATE item SET price = 99 ORDER BY id LIMIT 2;
