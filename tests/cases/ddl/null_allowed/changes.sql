ALTER TABLE item MODIFY a INT NULL;
ALTER TABLE thing MODIFY a INT NOT NULL;
INSERT INTO item VALUES (2, NULL);
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_redefined' AND object = 'thing';
-- upgrade
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
