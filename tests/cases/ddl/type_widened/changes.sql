ALTER TABLE item MODIFY id BIGINT NOT NULL, MODIFY name VARCHAR(40), MODIFY amount DECIMAL(20,6), MODIFY at DATETIME(6), MODIFY n INT UNSIGNED, MODIFY b BIT(40);
INSERT INTO item VALUES (9000000000, 'a longer name', 12345678.123456, '2026-01-02 03:04:05.678901', 4294967295, 1099511627775);
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code = 'table_changed' AND object = 'item';
-- upgrade
SELECT * FROM tandem.refresh(':link', 'item');
-- legacy
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
INSERT INTO item VALUES (9000000001, 'a longer name', 0.000001, '2026-01-02 03:04:05.000001', 4294967294, 0);
DELETE FROM item WHERE id = 1;
