INSERT INTO flags VALUES (4, 2, 2, 1, 1, 1), (5, 0, -1, 0, 0, -128);
INSERT INTO no_rows VALUES (1, 127);
