BEGIN;
UPDATE t SET v = 1 WHERE id = 1;
ROLLBACK;
BEGIN;
UPDATE t SET v = 2 WHERE id = 1;
SAVEPOINT s1;
UPDATE t SET v = 2 WHERE id = 2;
INSERT INTO t VALUES (10, 2);
SAVEPOINT s2;
DELETE FROM t WHERE id = 3;
ROLLBACK TO s2;
INSERT INTO t VALUES (11, 2);
ROLLBACK TO s1;
INSERT INTO t VALUES (12, 2);
RELEASE SAVEPOINT s1;
COMMIT;
# The third row meets one that is there: the first two go too.
-- error 1062
INSERT INTO t VALUES (20, 3), (21, 3), (1, 3), (22, 3);
-- error 1690
UPDATE t SET v = v + CAST(18446744073709551615 AS UNSIGNED) * id WHERE id < 5;
# A failed statement in a transaction that goes on.
BEGIN;
INSERT INTO t VALUES (30, 4);
-- error 1062
INSERT INTO t VALUES (31, 4), (30, 4);
COMMIT;
# A lost connection, and one that is killed.
-- session b
BEGIN;
UPDATE t SET v = 5 WHERE id = 4;
INSERT INTO t VALUES (40, 5);
-- disconnect b
-- session c
INSERT INTO who SELECT 'c', CONNECTION_ID();
BEGIN;
UPDATE t SET v = 6 WHERE id = 5;
INSERT INTO t VALUES (50, 6);
-- session a
SET @id = (SELECT id FROM who WHERE name = 'c');
KILL @id;
-- disconnect c
# A deadlock: one of the two is rolled back by the server, and the other one commits.
-- session d
SET SESSION innodb_lock_wait_timeout = 30;
BEGIN;
UPDATE t SET v = 7 WHERE id = 1;
-- session e
BEGIN;
UPDATE t SET v = 8 WHERE id = 2;
UPDATE t SET v = 8 WHERE id = 3;
UPDATE t SET v = 8 WHERE id = 6;
-- session d
-- background
-- error 1213
UPDATE t SET v = 7 WHERE id = 2;
-- until legacy SELECT COUNT(*) > 0 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE 'UPDATE t SET v = 7%';
-- session e
UPDATE t SET v = 8 WHERE id = 1;
-- join d
-- session e
COMMIT;
-- session d
COMMIT;
