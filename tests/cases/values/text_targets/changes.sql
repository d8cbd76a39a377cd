UPDATE word SET short = 'xyz' WHERE id = 2;
UPDATE word SET dom = 'no at all' WHERE id = 1;
