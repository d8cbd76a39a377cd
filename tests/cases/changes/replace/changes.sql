# A new row, a row with the same key, a row with the same unique value and another key.
REPLACE INTO item VALUES (6, 'f', 'sixth');
REPLACE INTO item (id, code) VALUES (1, 'a');
REPLACE INTO item VALUES (20, 'b', 'moved');
# One new row takes the place of two.
REPLACE INTO item VALUES (3, 'd', 'both');
REPLACE INTO item SELECT id, UPPER(code), CONCAT(note, '!') FROM item WHERE id = 5;
# Several rows, of which one replaces one before it in the same statement.
REPLACE INTO item VALUES (7, 'x', 'lost'), (8, 'x', 'won'), (8, 'y', 'won again');
# An equal row.
REPLACE INTO item VALUES (6, 'f', 'sixth');
