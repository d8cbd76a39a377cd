UPDATE mood SET m = '😀' WHERE id = 1;
INSERT INTO mood VALUES (6, '😀', '', '', 6);
UPDATE mood SET e = NULL WHERE id = 3;
