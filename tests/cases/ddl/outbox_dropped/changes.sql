DROP TABLE :outbox.o_1;
-- error 1146
UPDATE item SET name = 'refused' WHERE id = 1;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'capture_restored' AND object = 'item';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
UPDATE item SET name = 'seen' WHERE id = 2;
