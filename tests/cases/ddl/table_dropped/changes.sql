DROP TABLE item;
INSERT INTO other VALUES (2, 'goes on');
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_missing' AND object = 'item';
-- until SELECT count(*) = 2 FROM other;
-- expect gone
CREATE TABLE item (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);
INSERT INTO item VALUES (7, 'seven');
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_back' AND object = 'item';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
