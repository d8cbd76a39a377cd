UPDATE l0 SET id = 3 WHERE id = 2;
DELETE FROM l0 WHERE id = 1;
UPDATE k0 SET code = 'x' WHERE code = 'a';
DELETE FROM n0 WHERE id = 1;
