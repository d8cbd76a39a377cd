CREATE TABLE note (id INT NOT NULL PRIMARY KEY, words VARCHAR(20), more TEXT, raw VARCHAR(20), wide VARCHAR(20) CHARACTER SET utf16);
INSERT INTO note VALUES (1, 'plain', 'plain', 'plain', 'plain'), (2, 'a\0b', NULL, NULL, NULL), (3, NULL, '\0', NULL, NULL), (4, NULL, NULL, 'a\0b', NULL), (5, NULL, NULL, NULL, 'a\0b');
