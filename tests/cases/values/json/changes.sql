INSERT INTO doc VALUES (7, '[]'), (8, '"it''s \\\\ \\" /"');
UPDATE doc SET d = JSON_SET(d, '$.c', 'new') WHERE id = 1;
