CALL noise(3072, @long);
INSERT INTO k_long VALUES (@long, 1), (0x02, 2);
INSERT INTO other VALUES (1);
UPDATE k_long SET v = 3 WHERE k = 0x01;
