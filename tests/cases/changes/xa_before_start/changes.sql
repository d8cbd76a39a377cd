-- until SELECT last_error LIKE '%prepared%' FROM tandem.stat_link WHERE link = ':link';
# Others go on meanwhile.
UPDATE t SET v = 2 WHERE id = 2;
INSERT INTO u VALUES (2, 2);
XA ROLLBACK ':link', 'two';
XA COMMIT ':link', 'one';
INSERT INTO t VALUES (30, 3);
-- wait
-- verify
