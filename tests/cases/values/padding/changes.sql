INSERT INTO code VALUES (4, 'abcde', 'abcd ', 0x20202020, 0x2020, 'abcde'), (5, NULL, NULL, NULL, NULL, NULL), (6, 'ab', 'ab', 'ab', 'ab', 'ab ');
UPDATE code SET c = 'x ', v = 'x ', b = 'x' WHERE id = 3;
