-- upgrade
SELECT tandem.route(':link', 'item', 'exception');
CREATE TABLE public.got (step int, name text, n int, by_trigger text);
ALTER TABLE item ALTER COLUMN n DROP DEFAULT, ALTER COLUMN n DROP NOT NULL;
WITH r AS (INSERT INTO item (name) VALUES ('ann') RETURNING *) INSERT INTO public.got SELECT 1, name, n, by_trigger FROM r;
WITH r AS (UPDATE item SET name = 'bob', n = 5 RETURNING *) INSERT INTO public.got SELECT 2, name, n, by_trigger FROM r;
INSERT INTO item (name, n) VALUES ('cid', 1), ('dan', 2);
DELETE FROM item WHERE name = 'CID';
-- wait
-- verify
