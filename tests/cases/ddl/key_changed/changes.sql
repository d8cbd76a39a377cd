ALTER TABLE item DROP PRIMARY KEY, ADD PRIMARY KEY (id, place);
INSERT INTO item VALUES (1, 2, 3);
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- upgrade
-- error 55000
SELECT * FROM tandem.refresh(':link', 'item');
ALTER TABLE app.item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (id, place);
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
UPDATE item SET place = 5 WHERE id = 2;
