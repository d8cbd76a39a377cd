ALTER TABLE item ALTER COLUMN name SET DEFAULT 'x';
ALTER TABLE item COMMENT = 'things';
CREATE INDEX item_name ON item (name);
INSERT INTO item (id) VALUES (4);
-- wait
-- until SELECT phase = 'live' FROM tandem.stat_table WHERE link = ':link' AND source_table = 'item';
