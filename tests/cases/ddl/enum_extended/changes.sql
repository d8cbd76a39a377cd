ALTER TABLE item MODIFY kind ENUM('tiny','small','medium','large') NOT NULL, MODIFY flags SET('x','y','z');
INSERT INTO item VALUES (3, 'medium', 'y'), (4, 'tiny', 'x,y,z');
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- upgrade
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
UPDATE item SET kind = 'medium' WHERE id = 1;
