CREATE TABLE k_binary (k BINARY(4) NOT NULL PRIMARY KEY, v INT NOT NULL);
CREATE TABLE k_varbinary (k VARBINARY(20) NOT NULL PRIMARY KEY, v INT NOT NULL);
CREATE TABLE k_uuid (k BINARY(16) NOT NULL PRIMARY KEY, v INT NOT NULL);
INSERT INTO k_binary VALUES ('ab', 1), (0x00000000, 1), (0xffffffff, 1), ('ab  ', 1), (0x61620a5c, 1);
INSERT INTO k_varbinary VALUES ('', 1), (0x00, 1), (0x0000, 1), ('a', 1), ('A', 1), ('a ', 1), (0xff, 1), (0x27, 1);
INSERT INTO k_uuid VALUES (0x00112233445566778899aabbccddeeff, 1), (0xffeeddccbbaa99887766554433221100, 1);
