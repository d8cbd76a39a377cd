UPDATE doc SET t = '{}' WHERE id = 5;
UPDATE doc SET d = '{"c": true}' WHERE id = 1;
