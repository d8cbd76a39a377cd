-- only mysql
SET SESSION binlog_row_value_options = 'PARTIAL_JSON';
UPDATE doc SET d = JSON_SET(d, '$.name', 'a short text') WHERE id = 1;
UPDATE doc SET d = JSON_REMOVE(d, '$.list[0]') WHERE id = 1;
UPDATE doc SET n = 3 WHERE id = 2;
UPDATE doc SET d = JSON_REPLACE(d, '$.name', 'x') WHERE id = 2;
