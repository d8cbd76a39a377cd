INSERT INTO doc VALUES (3, 'short', REPEAT('😀', 10000), '');
UPDATE doc SET v = REPEAT('b', 2000) WHERE id = 1;
