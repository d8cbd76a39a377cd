UPDATE item SET name = 'by a trigger' WHERE id = 1;
-- wait
-- upgrade
ALTER SERVER :link OPTIONS (SET capture 'binlog');
-- until SELECT count(*) = 1 FROM tandem.stat_binlog WHERE state = 'reading';
-- until SELECT state = 'live' FROM tandem.stat_link;
-- until legacy SELECT COUNT(*) = 0 FROM information_schema.triggers WHERE trigger_schema = ':database';
-- legacy
UPDATE item SET name = 'by the log' WHERE id = 2;
-- wait
-- verify
-- upgrade
ALTER SERVER :link OPTIONS (SET capture 'triggers');
-- until legacy SELECT COUNT(*) = 3 FROM information_schema.triggers WHERE trigger_schema = ':database';
-- until SELECT state = 'live' AND NOT EXISTS (SELECT FROM tandem.stat_binlog) FROM tandem.stat_link;
-- legacy
UPDATE item SET name = 'by a trigger again' WHERE id = 3;
