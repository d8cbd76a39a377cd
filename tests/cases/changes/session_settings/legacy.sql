# Ordinary accounts begin every session so, the link's among them.
-- only mysql
SET GLOBAL init_connect = 'SET autocommit = 0, completion_type = 2, transaction_read_only = 1, sql_select_limit = 1, max_join_size = 1, sql_safe_updates = 1, sql_auto_is_null = 1, sql_buffer_result = 1, sql_quote_show_create = 0, max_sort_length = 4, max_execution_time = 1, wait_timeout = 1, net_write_timeout = 1, information_schema_stats_expiry = 86400';
-- only mariadb
SET GLOBAL init_connect = 'SET autocommit = 0, completion_type = 2, tx_read_only = 1, sql_select_limit = 1, max_join_size = 1, sql_safe_updates = 1, sql_auto_is_null = 1, sql_buffer_result = 1, sql_quote_show_create = 0, max_sort_length = 64, max_statement_time = 0.001, wait_timeout = 1, net_write_timeout = 1, idle_transaction_timeout = 1, old_mode = "ZERO_DATE_TIME_CAST", alter_algorithm = "INSTANT", system_versioning_asof = "2001-01-01"';
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20) CHARACTER SET utf8mb4 NOT NULL, at TIMESTAMP NULL);
CREATE TABLE by_text (id VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, v INT NOT NULL);
CREATE TABLE by_time (id TIMESTAMP NOT NULL PRIMARY KEY, v INT NOT NULL);
INSERT INTO t VALUES (1, 'Grüße', '2026-01-01 12:00:00'), (2, '日本', NULL), (3, 'c', NULL);
INSERT INTO by_text VALUES ('ключ 1', 1), ('ключ 2', 2), ('ключ 3', 3);
INSERT INTO by_time VALUES ('2026-01-01 12:00:00', 1);
-- only mysql
SET SESSION sql_generate_invisible_primary_key = ON;
-- only mysql
CREATE TABLE hidden_key (v INT NOT NULL);
-- only mariadb
CREATE TABLE hidden_key (my_row_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, v INT NOT NULL) WITH SYSTEM VERSIONING;
INSERT INTO hidden_key (v) VALUES (10), (20), (30);
