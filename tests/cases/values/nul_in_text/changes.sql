UPDATE note SET words = 'ab' WHERE id = 2;
UPDATE note SET more = CONCAT('before', CHAR(0), 'after') WHERE id = 1;
