LOAD DATA LOCAL INFILE 'rows.csv' IGNORE INTO TABLE item CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' (id, name, price) SET loaded = 'ignore';
DELETE FROM item WHERE id = 5;
LOAD DATA LOCAL INFILE 'rows.csv' REPLACE INTO TABLE item CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' (@id, name, price) SET id = @id + 1, loaded = 'replace';
# In a transaction that is rolled back.
BEGIN;
LOAD DATA LOCAL INFILE 'rows.csv' INTO TABLE item CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' (@id, name, price) SET id = @id + 100;
ROLLBACK;
# A file that the server reads itself.
LOAD DATA INFILE ':folder/rows.csv' INTO TABLE item CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' (@id, name, price) SET id = @id + 200;
