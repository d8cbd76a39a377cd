INSERT INTO item VALUES (2, 'two'), (3, 'three'), (4, 'four');
-- wait
-- until SELECT legacy_counter = 4 FROM tandem.table_map WHERE link = ':link';
-- until legacy SELECT COUNT(*) = 0 FROM :outbox.o_1;
ALTER TABLE :outbox.o_1 AUTO_INCREMENT = 1;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_replaced' AND object = 'item';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
