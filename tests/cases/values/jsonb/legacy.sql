CREATE TABLE doc (id INT NOT NULL PRIMARY KEY, d JSON, t TEXT);
INSERT INTO doc VALUES (1, '{"b": 1,  "a": [1.5, 100, null]}', '{"b": 1,  "a": [1.10, 1e2, null]}'), (2, '"\\u0000"', NULL), (3, NULL, '{"a": 1, "a": 2}'), (4, NULL, '[1e200000]'), (5, NULL, '{'),
    (6, NULL, '"\\ud83d"'), (7, NULL, '123456789012345678901234567890.5');
