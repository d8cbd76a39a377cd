-- upgrade
SELECT tandem.route(':link', 'customer', 'exception');
SELECT tandem.route(':link', 'pair', 'exception');
CREATE TABLE public.got (id int, name text);
WITH new AS (INSERT INTO customer (name, email) VALUES ('dan', 'dan@x'), ('eve', 'eve@x') RETURNING id, name) INSERT INTO public.got SELECT * FROM new;
INSERT INTO customer (id, name, score) VALUES (100, 'hundred', 7);
INSERT INTO customer (name) VALUES ('after');
UPDATE customer SET name = 'bobby', score = score + 1 WHERE email = 'bob@x';
UPDATE customer SET note = 'all';
DELETE FROM customer WHERE id = 3;
UPDATE customer SET id = 50 WHERE id = 1;
MERGE INTO customer t USING (VALUES (2, 'merged'), (200, 'new')) AS v (id, name) ON t.id = v.id
    WHEN MATCHED THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name);
INSERT INTO customer (id, name) VALUES (2, 'conflict') ON CONFLICT DO NOTHING;
INSERT INTO customer (id, name) VALUES (2, 'conflict') ON CONFLICT (id) DO UPDATE SET note = excluded.name;
INSERT INTO customer (id, name) VALUES (2, 'conflict'), (201, 'fresh') ON CONFLICT (id) DO UPDATE SET note = excluded.name;
# A row that the legacy database refused can be written later in the same transaction, also after a part of it was rolled back.
BEGIN;
INSERT INTO pair VALUES (1, 'x', 98) ON CONFLICT DO NOTHING;
DELETE FROM pair WHERE a = 1 AND b = 'x';
SAVEPOINT half;
INSERT INTO pair VALUES (1, 'x', 98);
ROLLBACK TO half;
INSERT INTO pair VALUES (1, 'x', 98);
COMMIT;
UPDATE pair SET v = v + 1, b = 'z' WHERE b = 'y';
UPDATE pair SET v = q.v FROM (VALUES (1, 99)) AS q (a, v) WHERE pair.a = q.a AND b = 'x';
INSERT INTO pair SELECT 2, 'p' || g, g FROM generate_series(1, 20) AS g;
DELETE FROM pair USING (VALUES ('p1'), ('p2')) AS gone (b) WHERE pair.b = gone.b;
PREPARE put (int, text, int) AS INSERT INTO pair VALUES ($1, $2, $3);
EXECUTE put (3, 'a', 1);
EXECUTE put (3, 'b', 2);
DEALLOCATE put;
# What is refused changes nothing.
-- error 0A000
TRUNCATE customer;
-- error 23505
INSERT INTO pair VALUES (3, 'c', 3), (3, 'a', 4);
-- error 23505
INSERT INTO customer (name, email) VALUES ('double', 'dan@x');
BEGIN;
INSERT INTO customer (name) VALUES ('rolled back');
ROLLBACK;
BEGIN;
INSERT INTO customer (name) VALUES ('prepared');
-- error 0A000
PREPARE TRANSACTION 'x';
ROLLBACK;
-- wait
-- verify
# The route goes, and the keys are made here again.
SELECT tandem.route(':link', 'pair', 'local');
SELECT tandem.route(':link', 'customer', 'local');
BEGIN;
INSERT INTO customer (name) VALUES ('own key') RETURNING id;
CREATE TABLE public.own AS SELECT id FROM customer WHERE name = 'own key';
DELETE FROM customer WHERE name = 'own key';
COMMIT;
