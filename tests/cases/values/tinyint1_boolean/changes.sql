UPDATE flag SET a = 1 WHERE id = 3;
UPDATE flag SET a = 10 WHERE id = 2;
INSERT INTO flag (id) VALUES (6);
