UPDATE word SET cyr = 'да' WHERE id = 2;
UPDATE word SET jap = NULL WHERE id = 3;
INSERT INTO word VALUES (5, NULL, x'3F3FFCFC3F', NULL, NULL), (6, NULL, '?', '?', '?');
