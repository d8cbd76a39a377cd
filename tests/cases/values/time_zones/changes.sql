-- session b
SET time_zone = '+05:45';
INSERT INTO moment VALUES (3, '1970-01-01 05:45:01', '1970-01-01 05:45:01', '1970-01-01', '05:45:01');
INSERT INTO moment VALUES (4, '2038-01-19 08:59:07', '2038-01-19 08:59:07', '2038-01-19', '08:59:07');
UPDATE moment SET reading = '2026-03-29 03:30:00' WHERE id = 1;
