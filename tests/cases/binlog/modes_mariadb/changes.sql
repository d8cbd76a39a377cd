UPDATE item SET detail = JSON_SET(detail, '$.b[1]', 'changed') WHERE id = 1;
UPDATE item SET note = REPEAT('long ', 2000) WHERE id = 2;
UPDATE item SET id = 30 WHERE id = 3;
INSERT INTO item SELECT 100 + n, CONCAT('row ', n), NULL, REPEAT('y', 300) FROM
    (WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 200) SELECT n FROM numbers) AS all_numbers;
DELETE FROM item WHERE id BETWEEN 150 AND 200;
UPDATE pair SET v = 2;
INSERT INTO pair VALUES ('é', '1999-12-31 23:59:59.999', 999999999.999, 3), ('y', '2000-01-01 00:00:00', 0, 4);
UPDATE pair SET a = 'z', n = -0.001 WHERE a = 'y';
DELETE FROM node WHERE id = 1;
-- wait
-- verify
TRUNCATE TABLE node;
INSERT INTO node VALUES (9, NULL);
XA START 'modes';
INSERT INTO item VALUES (500, 'branch', NULL, NULL);
XA END 'modes';
XA PREPARE 'modes';
-- wait
-- upgrade
SELECT tandem.stop(':link');
-- until SELECT state = 'stopped' FROM tandem.stat_link;
-- legacy
XA COMMIT 'modes';
-- upgrade
SELECT tandem.start(':link');
-- wait
-- verify
SELECT tandem.stop(':link');
-- until SELECT state = 'stopped' FROM tandem.stat_link;
-- legacy
DELETE FROM item WHERE id = 2;
INSERT INTO item VALUES (600, 'not logged any more', NULL, NULL);
FLUSH BINARY LOGS;
-- until legacy SELECT COUNT(*) = 0 FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%';
# PURGE would leave the files that the storage engine has not let go of yet.
RESET MASTER;
-- upgrade
SELECT tandem.start(':link');
-- wait
-- until SELECT count(*) > 0 FROM tandem.event_log WHERE code = 'binlog_lost';
-- until SELECT state = 'live' AND caught_up FROM tandem.stat_link;
-- legacy
INSERT INTO item VALUES (700, 'logged again', NULL, NULL);
