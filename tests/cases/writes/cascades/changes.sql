-- upgrade
SELECT tandem.route(':link', t, 'exception') FROM unnest(ARRAY['parent', 'child', 'loose']) AS t;
DELETE FROM parent WHERE id = 1;
UPDATE parent SET id = 20 WHERE id = 2;
BEGIN;
INSERT INTO parent VALUES (4, 'four');
INSERT INTO child VALUES (41, 4), (42, 4);
INSERT INTO loose VALUES (41, 4);
DELETE FROM child WHERE id = 42;
DELETE FROM parent WHERE id = 4;
COMMIT;
-- wait
-- verify
