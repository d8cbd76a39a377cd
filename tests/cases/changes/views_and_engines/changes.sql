INSERT INTO small VALUES (4, 4);
UPDATE small SET v = v + 10;
DELETE FROM small WHERE id = 2;
-- error 1369
UPDATE small SET v = 500 WHERE id = 1;
UPDATE joined SET uv = 11 WHERE id = 1;
INSERT INTO counted VALUES (2, 2);
INSERT INTO passing VALUES (2, 2);
