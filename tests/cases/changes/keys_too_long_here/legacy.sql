CREATE TABLE k_long (k VARBINARY(3072) NOT NULL PRIMARY KEY, v INT) ROW_FORMAT=DYNAMIC;
CREATE TABLE other (id INT NOT NULL PRIMARY KEY);
# Bytes that do not compress.
INSERT INTO k_long VALUES (0x01, 1);
SET @noise = '', @i = 0;
DELIMITER //
CREATE PROCEDURE noise(IN bytes INT, OUT result VARBINARY(4000))
BEGIN
    SET result = '';
    WHILE LENGTH(result) < bytes DO
        SET result = CONCAT(result, UNHEX(SHA2(CONCAT('noise', LENGTH(result), bytes), 256)));
    END WHILE;
    SET result = LEFT(result, bytes);
END//
DELIMITER ;
CALL noise(2600, @short);
INSERT INTO k_long VALUES (@short, 1);
