-- only mysql
SET SESSION binlog_row_value_options = 'PARTIAL_JSON';
CREATE TABLE doc (id INT NOT NULL PRIMARY KEY, d JSON, n INT, b BLOB);
INSERT INTO doc VALUES (1, '{"name": "a long enough text", "list": [1, 2, 3]}', 1, 'bytes'), (2, '{"name": "another text"}', 2, NULL);
