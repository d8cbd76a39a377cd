CREATE TABLE word (id INT NOT NULL PRIMARY KEY, u8 VARCHAR(20) CHARACTER SET utf8mb4, u3 VARCHAR(20) CHARACTER SET utf8mb3, u16 VARCHAR(20) CHARACTER SET utf16,
    le VARCHAR(20) CHARACTER SET utf16le, u32 CHAR(20) CHARACTER SET utf32, u2 TEXT CHARACTER SET ucs2);
INSERT INTO word VALUES (1, 'aé€😀', 'aé€', 'aé€😀', 'aé€😀', 'aé€😀', 'aé€'), (2, '', '', '', '', '', '');
INSERT INTO word (id, u8, u16, u32) VALUES (3, _utf8mb4 0xF48FBFBF, _utf8mb4 0xF48FBFBF, _utf8mb4 0xF48FBFBF);
