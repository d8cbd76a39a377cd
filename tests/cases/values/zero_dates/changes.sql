# A good row goes bad, a bad one good, one goes, one comes.
UPDATE visit SET day = 0 WHERE id = 1;
UPDATE visit SET day = '2026-01-02' WHERE id = 2;
DELETE FROM visit WHERE id = 3;
INSERT INTO visit VALUES (7, '2026-01-07', 0, NULL, NULL), (8, '2026-01-08', '2026-01-08 10:00:00.125', NULL, NULL);
