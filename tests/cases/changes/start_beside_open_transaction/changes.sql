-- until SELECT last_error LIKE '%open%' FROM tandem.stat_link WHERE link = ':link';
# Others go on meanwhile, and so does the open one.
UPDATE t SET v = 2 WHERE id = 2;
INSERT INTO u VALUES (2, 2);
-- session b
UPDATE t SET v = 3 WHERE id = 3;
COMMIT;
-- session a
INSERT INTO t VALUES (20, 2);
-- wait
-- verify
