ALTER TABLE item RENAME COLUMN a TO b, RENAME COLUMN b TO a;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_redefined' AND object = 'item';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
