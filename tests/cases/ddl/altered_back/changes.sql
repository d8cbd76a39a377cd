ALTER TABLE item ADD COLUMN extra INT;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
INSERT INTO item VALUES (4, 'four', 4);
ALTER TABLE item DROP COLUMN extra;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_back' AND object = 'item';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
