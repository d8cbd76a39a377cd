UPDATE one SET id = 100 WHERE id = 1;
UPDATE one SET id = 200, v = 'moved' WHERE id = 2;
# Each row moves to where the one before it was a moment ago.
UPDATE one SET id = id - 1 WHERE id BETWEEN 3 AND 6 ORDER BY id;
# There and back again.
UPDATE one SET id = 1000 WHERE id = 5;
UPDATE one SET id = 5 WHERE id = 1000;
# One part of a composite key, the other, both.
UPDATE two SET b = 'z' WHERE a = 1 AND b = 'x';
UPDATE two SET a = 3 WHERE a = 2 AND b = 'x';
UPDATE two SET a = 4, b = 'w' WHERE a = 2 AND b = 'y';
