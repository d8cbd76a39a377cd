XA START ':link', 'commit';
UPDATE t SET v = 1 WHERE id = 1;
INSERT INTO u VALUES (1, 1);
XA END ':link', 'commit';
XA PREPARE ':link', 'commit';
-- session b
XA START ':link', 'rollback';
UPDATE t SET v = 2 WHERE id = 2;
INSERT INTO u VALUES (2, 2);
XA END ':link', 'rollback';
XA PREPARE ':link', 'rollback';
-- restart legacy
-- session a
UPDATE t SET v = 3 WHERE id = 3;
-- wait
-- expect restarted
-- kill legacy
INSERT INTO t VALUES (4, 4);
-- wait
-- expect killed
XA COMMIT ':link', 'commit';
XA ROLLBACK ':link', 'rollback';
