# Down a spiral: a2, b2, c2, a3, b3, c3, a4.
DELETE FROM a WHERE id = 2;
DELETE FROM site WHERE id = 1;
