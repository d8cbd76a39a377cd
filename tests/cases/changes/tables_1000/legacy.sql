DELIMITER //
CREATE PROCEDURE make_tables()
BEGIN
    DECLARE n INT DEFAULT 1;
    WHILE n <= 1000 DO
        SET @sql = CONCAT('CREATE TABLE t', n, ' (id INT NOT NULL PRIMARY KEY, v INT)');
        PREPARE s FROM @sql;
        EXECUTE s;
        SET @sql = CONCAT('INSERT INTO t', n, ' VALUES (1, ', n, ')');
        PREPARE s FROM @sql;
        EXECUTE s;
        SET n = n + 1;
    END WHILE;
END//
DELIMITER ;
CALL make_tables();
