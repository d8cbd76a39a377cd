INSERT INTO counter VALUES (1, 'uno', 9), (6, 'six', 9), (1, 'uno', 9) ON DUPLICATE KEY UPDATE hits = hits + 1;
# The unique value of another row, not the key.
INSERT INTO counter VALUES (7, 'two', 50) ON DUPLICATE KEY UPDATE hits = VALUES(hits);
# The update gives the row another key.
INSERT INTO counter VALUES (3, 'x', 0) ON DUPLICATE KEY UPDATE id = 30, hits = 30;
# Nothing changes.
INSERT INTO counter VALUES (4, 'four', 1) ON DUPLICATE KEY UPDATE hits = hits;
# The update meets another row: the statement fails and leaves nothing.
-- error 1062
INSERT INTO counter VALUES (8, 'eight', 1), (4, 'y', 1) ON DUPLICATE KEY UPDATE name = 'five';
INSERT IGNORE INTO counter VALUES (9, 'nine', 1), (4, 'y', 1) ON DUPLICATE KEY UPDATE name = 'five';
