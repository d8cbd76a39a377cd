-- only mysql
INSERT INTO t VALUES ROW(10, 10), ROW(11, 11);
-- only mariadb
INSERT INTO t VALUES (10, 10), (11, 11);
-- only mysql
REPLACE INTO t TABLE other;
-- only mariadb
REPLACE INTO t SELECT * FROM other;
-- only mysql
INSERT INTO t VALUES (1, 5), (12, 5) AS new (i, w) ON DUPLICATE KEY UPDATE v = new.w * 10;
-- only mariadb
INSERT INTO t VALUES (1, 5), (12, 5) ON DUPLICATE KEY UPDATE v = VALUES(v) * 10;
-- only mysql
WITH big AS (SELECT id FROM other WHERE v > 30) UPDATE t JOIN big USING (id) SET t.v = 41;
-- only mariadb
UPDATE t JOIN (SELECT id FROM other WHERE v > 30) AS big USING (id) SET t.v = 41;
-- only mysql
WITH some AS (SELECT 2 AS id) DELETE FROM t WHERE id IN (SELECT id FROM some);
-- only mariadb
DELETE FROM t WHERE id IN (SELECT 2 AS id);
INSERT INTO t SET id = 13, v = 13;
PREPARE p FROM 'UPDATE t SET v = ? WHERE id = ?';
SET @v = 130, @id = 13;
EXECUTE p USING @v, @id;
DEALLOCATE PREPARE p;
LOAD XML LOCAL INFILE 'rows_xml.csv' INTO TABLE other ROWS IDENTIFIED BY '<row>';
