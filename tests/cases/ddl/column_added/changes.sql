ALTER TABLE item ADD COLUMN note VARCHAR(30) DEFAULT 'none', ADD COLUMN kind ENUM('a','b');
INSERT INTO item VALUES (4, 'four', 'new', 'b');
INSERT INTO other VALUES (2, 'goes on');
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- until SELECT count(*) = 2 FROM other;
-- expect aside
-- upgrade
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
UPDATE item SET note = 'changed' WHERE id = 2;
