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
# One run of notifications, between two of the open transaction.
-- session b
UPDATE t SET v = 3 WHERE id = 1002;
-- session a
INSERT INTO t SELECT id + 4000, 1 FROM t WHERE id BETWEEN 1501 AND 2000;
-- session b
UPDATE t SET v = 3 WHERE id = 1003;
-- wait
-- expect open
-- session b
INSERT INTO t VALUES (-2, 2);
COMMIT;
