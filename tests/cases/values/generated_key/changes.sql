UPDATE item SET a = 27 WHERE a = 15;
INSERT INTO item (a, note) VALUES (3, 'three');
DELETE FROM item WHERE b = 5;
