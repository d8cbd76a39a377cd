# The server bends what is too long.
INSERT INTO lap VALUES (6, '-01:30:00', NULL), (7, '900:00:00', NULL), (8, '-24:00:00', NULL);
UPDATE lap SET clock = NULL WHERE id IN (4, 5);
INSERT INTO lap VALUES (9, NULL, '25:00:00');
