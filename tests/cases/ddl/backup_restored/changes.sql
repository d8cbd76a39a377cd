DROP TABLE item;
CREATE TABLE item (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);
INSERT INTO item VALUES (1, 'old one'), (9, 'nine');
# The link may look while the table is gone or bare.
CREATE TRIGGER IF NOT EXISTS :outbox_1_ai AFTER INSERT ON item FOR EACH ROW INSERT INTO :outbox.o_1 (op, k1) VALUES (1, NEW.id);
-- until SELECT count(*) > 0 FROM tandem.event WHERE link = ':link' AND code IN ('capture_restored', 'table_back') AND object = 'item';
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
INSERT INTO item VALUES (10, 'ten');
