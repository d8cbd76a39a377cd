INSERT INTO item VALUES (2, 'two');
INSERT INTO log VALUES ('b');
UPDATE item SET id = 3 WHERE id = 1;
