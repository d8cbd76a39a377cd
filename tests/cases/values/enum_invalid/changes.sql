UPDATE shirt SET size = 'm' WHERE id = 2;
UPDATE shirt SET size = 0 WHERE id = 1;
INSERT INTO shirt VALUES (5, 's', 0, NULL);
