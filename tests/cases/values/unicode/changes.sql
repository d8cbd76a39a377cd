INSERT INTO word (id, u8, le) VALUES (4, _utf8mb4 0x65CC81, _utf8mb4 0x65CC81), (5, _utf8mb4 0xEFBBBFE280AEE2808D, _utf8mb4 0xEFBBBF), (6, '👩‍👩‍👧', '👩‍👩‍👧');
UPDATE word SET u8 = REPEAT('😀', 20), u16 = REPEAT('😀', 20), u3 = REPEAT('€', 20) WHERE id = 2;
