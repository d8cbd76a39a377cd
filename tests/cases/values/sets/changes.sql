INSERT INTO shirt VALUES (5, 'it''s', 2, 'a'), (6, 'é,b', 7, 2);
UPDATE shirt SET tags = 'a' WHERE id = 2;
