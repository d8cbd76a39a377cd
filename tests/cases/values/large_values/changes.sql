INSERT INTO doc VALUES (3, REPEAT('a', 4000000), REPEAT(x'01', 3999999), NULL, 'live');
UPDATE doc SET t = REPEAT('b', 2000000), b = NULL WHERE id = 2;
UPDATE doc SET note = 'changed' WHERE id = 1;
