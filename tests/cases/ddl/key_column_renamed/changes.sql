ALTER TABLE item RENAME COLUMN id TO item_id;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- until legacy SELECT COUNT(*) = 0 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND event_object_table = 'item';
INSERT INTO item VALUES (4, 'four');
-- upgrade
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
UPDATE item SET name = 'uno' WHERE item_id = 1;
