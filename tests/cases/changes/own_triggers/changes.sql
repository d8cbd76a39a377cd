INSERT INTO t (id, v) VALUES (3, 'three'), (4, 'four');
UPDATE t SET v = 'changed' WHERE id = 1;
-- error 1644
UPDATE t SET v = IF(id = 3, 'refused', 'lost');
DELETE FROM t WHERE id = 2;
# Another one before and after the link's own, and before the application's.
DELIMITER //
CREATE TRIGGER t_first BEFORE INSERT ON t FOR EACH ROW PRECEDES t_before_insert SET NEW.v = CONCAT(NEW.v, '!')//
CREATE TRIGGER t_last AFTER INSERT ON t FOR EACH ROW FOLLOWS t_after_insert INSERT INTO log (what) VALUES (CONCAT('last ', NEW.id))//
CREATE TRIGGER t_ahead AFTER INSERT ON t FOR EACH ROW PRECEDES t_after_insert INSERT INTO log (what) VALUES (CONCAT('ahead ', NEW.id))//
CREATE TRIGGER t_key BEFORE UPDATE ON t FOR EACH ROW FOLLOWS t_before_update
BEGIN
    IF NEW.v = 'new key' THEN
        SET NEW.id = OLD.id + 100;
    END IF;
END//
DELIMITER ;
INSERT INTO t (id, v) VALUES (5, 'five');
# The trigger gives the row another key.
UPDATE t SET v = 'new key' WHERE id = 4;
DROP TRIGGER t_before_insert;
INSERT INTO t (id, v) VALUES (6, 'six');
