-- session b
BEGIN;
UPDATE t SET v = 2 WHERE id = 1;
INSERT INTO t VALUES (-1, 2);
-- session a
CALL many(1001, 2000);
-- session b
DELETE FROM t WHERE id = 2;
UPDATE t SET v = 2 WHERE id = 1001;
-- session a
CALL many(2001, 3000);
-- wait
-- expect open
-- session b
INSERT INTO t VALUES (-2, 2);
COMMIT;
