BEGIN;
INSERT INTO t SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 100000 * f.d, 1
    FROM digit a, digit b, digit c, digit d, digit e, digit f;
UPDATE t SET v = 2 WHERE id % 1000 = 0;
DELETE FROM t WHERE id % 1000 = 1;
COMMIT;
-- wait
BEGIN;
UPDATE t SET v = 3 WHERE id < 10000;
ROLLBACK;
