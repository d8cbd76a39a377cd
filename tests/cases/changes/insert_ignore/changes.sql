INSERT IGNORE INTO item VALUES (1, 'z', 0), (5, 'a', 0), (6, 'f', 6);
# Too long, out of range, and no value at all: the server bends all three.
INSERT IGNORE INTO item VALUES (7, 'ggggg', 1000), (8, NULL, -1000);
INSERT IGNORE INTO part VALUES (30, 3), (40, 99);
UPDATE IGNORE item SET code = 'x' WHERE id IN (3, 4);
# Row 1 has a part, row 4 has none.
DELETE IGNORE FROM item WHERE id IN (1, 4);
