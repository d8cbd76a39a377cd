ALTER TABLE shirt MODIFY size ENUM('l','m','s') NOT NULL;
INSERT INTO shirt VALUES (4, 1), (5, 3);
UPDATE shirt SET size = 1 WHERE id = 2;
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed';
-- upgrade
SELECT * FROM tandem.refresh(':link', 'shirt');
-- until SELECT phase = 'live' AND (SELECT count(*) = 5 FROM app.shirt) FROM tandem.stat_table WHERE link = ':link';
