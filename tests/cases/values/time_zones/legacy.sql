CREATE TABLE moment (id INT NOT NULL PRIMARY KEY, instant TIMESTAMP NULL, reading DATETIME, day DATE, clock TIME);
SET time_zone = '-07:30';
INSERT INTO moment VALUES (1, '2026-03-29 02:30:00', '2026-03-29 02:30:00', '2026-03-29', '02:30:00');
SET time_zone = '+13:00';
INSERT INTO moment VALUES (2, '2026-03-29 02:30:00', '2026-03-29 02:30:00', '2026-03-29', '02:30:00');
SET time_zone = '+00:00';
