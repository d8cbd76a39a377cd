INSERT INTO item (id, z, dz, d, v, t, n, i, u) VALUES (5, 7, 7, 0.1, 'ÿ', '1000-01-01 00:00:00.001', 1.5, 6, 1);
UPDATE item SET z = 43, v = 'b' WHERE id = 1;
