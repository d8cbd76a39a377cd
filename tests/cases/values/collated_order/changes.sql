INSERT INTO word VALUES ('ä b', 1000), ('ZZ', 1001);
DELETE FROM word WHERE w = '_' AND n < 500;
UPDATE word SET n = n + 2000 WHERE w > 'b' AND n >= 500;
