-- wait
DELETE FROM t_elsewhere_fk.parent WHERE id = 1;
DELETE FROM parent_here WHERE id = 1;
UPDATE child SET id = 20 WHERE id = 2;
-- upgrade
SELECT tandem.resync(':link', 'child');
-- legacy
-- wait
-- verify
DROP TABLE child, loose;
DROP DATABASE t_elsewhere_fk;
