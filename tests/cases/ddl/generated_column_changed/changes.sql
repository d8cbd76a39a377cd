ALTER TABLE item MODIFY w BIGINT GENERATED ALWAYS AS (CRC32(v + 1)) VIRTUAL;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- upgrade
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
