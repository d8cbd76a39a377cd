CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20) NOT NULL);
CREATE TABLE counter (name VARCHAR(10) NOT NULL PRIMARY KEY, n INT NOT NULL);
INSERT INTO counter VALUES ('f', 0);
DELIMITER //
CREATE FUNCTION next_number() RETURNS INT MODIFIES SQL DATA
BEGIN
    UPDATE counter SET n = n + 1 WHERE name = 'f';
    RETURN (SELECT n FROM counter WHERE name = 'f');
END//
CREATE PROCEDURE work(IN how_many INT)
BEGIN
    DECLARE EXIT HANDLER FOR SQLEXCEPTION ROLLBACK;
    WHILE how_many > 0 DO
        START TRANSACTION;
        INSERT INTO t (v) VALUES (CONCAT('work ', how_many));
        IF how_many = 2 THEN
            ROLLBACK;
        ELSE
            COMMIT;
        END IF;
        SET how_many = how_many - 1;
    END WHILE;
    START TRANSACTION;
    INSERT INTO t (v) VALUES ('handled');
    INSERT INTO counter VALUES ('f', 1);
    COMMIT;
END//
DELIMITER ;
