TRUNCATE TABLE item;
INSERT INTO item VALUES (1, 'one');
TRUNCATE TABLE item;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_replaced' AND object = 'item';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
