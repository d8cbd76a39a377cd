CALL work(3);
INSERT INTO t (v) VALUES (CONCAT('number ', next_number()));
DO next_number();
SET @n = (SELECT next_number());
SET GLOBAL event_scheduler = ON;
CREATE EVENT tick ON SCHEDULE AT CURRENT_TIMESTAMP DO INSERT INTO t (v) VALUES ('event');
-- until legacy SELECT COUNT(*) FROM :database.t WHERE v = 'event';
