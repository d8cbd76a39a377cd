INSERT INTO shirt VALUES (5, 'é', 'x', 'a'), (6, 'é', 2, 2);
UPDATE shirt SET size = 1 WHERE id = 2;
