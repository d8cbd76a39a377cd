INSERT INTO flag (id, a, c) VALUES (6, 100, 200);
UPDATE flag SET a = 5 WHERE id = 2;
