# Around and into itself: a1, b1, c1.
DELETE FROM a WHERE id = 1;
DELETE FROM team WHERE id = 1;
DELETE FROM person WHERE id = 4;
