-- upgrade
SELECT tandem.stop(':link');
-- until SELECT state = 'stopped' FROM tandem.stat_link WHERE link = ':link';
-- legacy
ALTER TABLE item DROP COLUMN old, ADD COLUMN fresh VARCHAR(10);
ALTER TABLE other MODIFY name VARCHAR(50);
INSERT INTO item VALUES (2, 'two', 'new');
INSERT INTO other VALUES (2, REPEAT('x', 50));
-- upgrade
-- error 55000
SELECT tandem.start(':link');
SELECT * FROM tandem.refresh(':link', 'item', true);
SELECT tandem.start(':link');
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'other';
SELECT * FROM tandem.refresh(':link', 'other');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
