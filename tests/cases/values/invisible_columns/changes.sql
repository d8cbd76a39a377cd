INSERT INTO item VALUES (3, 'three');
UPDATE item SET secret = 11 WHERE id = 1;
