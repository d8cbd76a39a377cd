CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v INT NOT NULL);
INSERT INTO t VALUES (1, 0), (2, 0), (3, 0);
DELIMITER //
CREATE PROCEDURE many(IN first INT, IN last INT)
BEGIN
    WHILE first <= last DO
        INSERT INTO t VALUES (first, 1);
        SET first = first + 1;
    END WHILE;
END//
DELIMITER ;
