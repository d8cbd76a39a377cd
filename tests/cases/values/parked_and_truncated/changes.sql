TRUNCATE TABLE visit;
INSERT INTO visit VALUES (3, '2026-01-03'), (4, 0);
-- upgrade
SELECT tandem.resync(':link', 'visit');
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
-- wait
