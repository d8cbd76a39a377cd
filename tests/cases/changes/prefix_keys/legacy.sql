CREATE TABLE doc (body TEXT NOT NULL, v INT, PRIMARY KEY (body(5)));
CREATE TABLE bin (body BLOB NOT NULL, n INT NOT NULL, v INT, PRIMARY KEY (body(3), n));
INSERT INTO doc VALUES ('abcdefgh', 1), ('abcd', 1), ('xyz', 1);
INSERT INTO bin VALUES (0x010203ff, 1, 1), (0x0102, 1, 1);
