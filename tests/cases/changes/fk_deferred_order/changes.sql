BEGIN;
INSERT INTO zparent VALUES (3, 3), (4, 4), (5, 5);
INSERT INTO achild VALUES (3, 3), (4, 4), (5, 5), (6, 3);
UPDATE achild SET p = 5 WHERE p = 1;
DELETE FROM zparent WHERE id = 1;
COMMIT;
DELETE FROM achild WHERE p = 2;
DELETE FROM zparent WHERE id = 2;
