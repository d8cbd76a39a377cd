INSERT INTO happening VALUES (5, NULL, '2026-05-00 00:00:00', NULL, NULL);
INSERT INTO happening VALUES (4, '0000-00-00', '0000-00-00 00:00:00', '', CONCAT(CHAR(0), CHAR(0)));
-- wait
-- expect live
-- upgrade
SELECT * FROM tandem.policy(':link', 'partial_date', 'null', 'happening', 'born');
-- legacy
-- until SELECT phase = 'live' AND parked = 1 FROM tandem.stat_table WHERE link = ':link';
