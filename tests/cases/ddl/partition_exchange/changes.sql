ALTER TABLE part EXCHANGE PARTITION a WITH TABLE side;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_replaced' AND object = 'part';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
