UPDATE k_enum SET v = 2 WHERE k = 'x''l';
UPDATE k_enum SET k = 'Large' WHERE k = 'small';
DELETE FROM k_enum WHERE k = 'é';
UPDATE k_set SET v = 2 WHERE k = '';
UPDATE k_set SET k = 'w,r', e = 'off' WHERE k = 'r';
DELETE FROM k_set WHERE k = 'r,w,x';
INSERT INTO k_set VALUES ('x,r', 'on', 3);
