-- only mysql
INSERT INTO item VALUES (3, STRING_TO_VECTOR('[1.5,-2,1e10]'));
-- only mariadb
INSERT INTO item VALUES (3, VEC_FromText('[1.5,-2,1e10]'));
UPDATE item SET v = x'000000000000000001000000' WHERE id = 2;
