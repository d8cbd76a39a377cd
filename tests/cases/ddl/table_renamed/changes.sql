RENAME TABLE item TO article;
INSERT INTO article VALUES (4, 'four');
INSERT INTO other VALUES (2, 'goes on');
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_missing' AND object = 'item';
-- until SELECT count(*) = 2 FROM other;
