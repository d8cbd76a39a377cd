UPDATE day SET day = '2026-05-01' WHERE day = '2026-05-00';
INSERT INTO day VALUES ('2026-06-00', 'another day');
-- wait
DELETE FROM day WHERE day = 0;
DELETE FROM size WHERE size = '' AND n = 1;
