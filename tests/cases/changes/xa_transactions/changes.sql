XA START ':link', 'one phase';
UPDATE t SET v = 1 WHERE id = 1;
XA END ':link', 'one phase';
XA COMMIT ':link', 'one phase' ONE PHASE;
XA START ':link', 'two';
UPDATE t SET v = 2 WHERE id = 2;
INSERT INTO t VALUES (20, 2);
XA END ':link', 'two';
XA PREPARE ':link', 'two';
XA COMMIT ':link', 'two';
XA START ':link', 'back';
DELETE FROM t WHERE id = 3;
XA END ':link', 'back';
XA ROLLBACK ':link', 'back';
XA START ':link', 'prepared and back';
DELETE FROM t WHERE id = 3;
INSERT INTO t VALUES (30, 3);
XA END ':link', 'prepared and back';
XA PREPARE ':link', 'prepared and back';
XA ROLLBACK ':link', 'prepared and back';
# Prepared by sessions that go away, and ended by another one.
-- session b
XA START ':link', 'left';
UPDATE t SET v = 4, id = 40 WHERE id = 4;
XA END ':link', 'left';
XA PREPARE ':link', 'left';
-- disconnect b
-- session c
XA START ':link', 'left too';
DELETE FROM t WHERE id = 5;
XA END ':link', 'left too';
XA PREPARE ':link', 'left too';
-- disconnect c
-- session a
UPDATE t SET v = 6 WHERE id = 6;
-- wait
-- expect prepared
XA COMMIT ':link', 'left';
XA ROLLBACK ':link', 'left too';
