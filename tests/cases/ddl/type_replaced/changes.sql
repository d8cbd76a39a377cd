ALTER TABLE item MODIFY v VARCHAR(20), MODIFY at TIMESTAMP NULL;
UPDATE item SET v = 'ten', at = '2026-06-07 08:09:10' WHERE id = 1;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- expect aside
-- upgrade
-- error 55000
SELECT * FROM tandem.refresh(':link', 'item');
ALTER TABLE app.item ALTER COLUMN v TYPE varchar(20);
ALTER TABLE app.item ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC';
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
