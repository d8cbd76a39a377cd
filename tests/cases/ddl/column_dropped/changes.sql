ALTER TABLE item DROP COLUMN note;
ALTER TABLE thing DROP COLUMN note;
INSERT INTO item VALUES (3, 'three');
INSERT INTO thing VALUES (3, 'three');
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'thing';
-- upgrade
-- error 55000
SELECT * FROM tandem.refresh(':link', 'item');
SELECT * FROM tandem.refresh(':link', 'item', keep_dropped => true);
ALTER TABLE app.thing DROP COLUMN note;
SELECT * FROM tandem.refresh(':link', 'thing');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
