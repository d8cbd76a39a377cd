CREATE TABLE mask (id INT NOT NULL PRIMARY KEY, one BIT, five BIT(5), nine BIT(9), all64 BIT(64), as_number BIT(12), as_bytes BIT(12), longer BIT(5));
INSERT INTO mask VALUES (1, 1, 1, 1, 1, 1, 1, 1), (2, 0, 0, 0, 0, 0, 0, 0), (3, 1, 31, 511, 18446744073709551615, 4095, 4095, 31);
