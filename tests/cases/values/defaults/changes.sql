INSERT INTO item (id, a) VALUES (2, NULL);
-- wait
-- upgrade
INSERT INTO item (id) VALUES (3);
SELECT 1 / (count(*) = 1)::int FROM item WHERE id = 3 AND a = 'it''s' AND b = 9.90 AND c = B'00101' AND d = '2020-02-29' AND e BETWEEN now() - interval '1 min' AND now() + interval '1 min' AND f BETWEEN now() - interval '1 min' AND now() AND g = current_date
    AND h = 3 AND length(i) = 36 AND j = '-01:30:00' AND k = '{x,y}' AND m = 1e10 AND n IS NULL AND o = 'long';
DELETE FROM item WHERE id = 3;
