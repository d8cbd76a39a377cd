SET time_zone = DEFAULT;
INSERT INTO moment (id, instant, reading) VALUES (2, '2026-10-25 01:30:00', '2026-10-25 01:30:00');
