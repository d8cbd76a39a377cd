UPDATE doc SET v = 2 WHERE body LIKE 'abcdef%';
UPDATE doc SET body = 'abcdeXXX' WHERE body LIKE 'abcdef%';
DELETE FROM doc WHERE body = 'xyz';
UPDATE bin SET body = 0x010203, v = 2 WHERE body = 0x010203ff;
DELETE FROM bin WHERE body = 0x0102;
