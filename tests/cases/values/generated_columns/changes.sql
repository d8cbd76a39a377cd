INSERT INTO item (id, price, n, name) VALUES (3, 10.00, 100, 'ünd');
UPDATE item SET n = 4, name = 'big' WHERE id = 1;
