ALTER TABLE item FORCE;
UPDATE item SET name = 'uno' WHERE id = 1;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_replaced' AND object = 'item';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
-- wait
OPTIMIZE TABLE item;
DELETE FROM item WHERE id = 2;
