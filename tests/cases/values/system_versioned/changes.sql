UPDATE item SET n = 11 WHERE id = 1;
DELETE FROM item WHERE id = 3;
INSERT INTO item VALUES (2, 22);
UPDATE period SET n = 3;
