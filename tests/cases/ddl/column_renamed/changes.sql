ALTER TABLE item RENAME COLUMN name TO title;
INSERT INTO item VALUES (4, 'four');
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- upgrade
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
UPDATE item SET title = 'uno' WHERE id = 1;
