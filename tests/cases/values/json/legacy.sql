CREATE TABLE doc (id INT NOT NULL PRIMARY KEY, d JSON);
INSERT INTO doc VALUES (1, '{"b": 1,  "a": [1.10, 1e2, null]}'), (2, '18446744073709551616'), (3, '"\\u0000"'), (4, '{"a": 1, "a": 2}'), (5, NULL), (6, '"😀 \\ud83d\\ude00"');
