UPDATE shirt SET size = 'l' WHERE id = 1;
INSERT INTO shirt VALUES (4, 'm');
