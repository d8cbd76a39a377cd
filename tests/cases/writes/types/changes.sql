-- upgrade
SELECT tandem.route(':link', 'v', 'exception');
SELECT tandem.route(':link', 'k', 'exception');
INSERT INTO v (i, u, d, f, g, c, t, l, x, b, y, e, s, dt, dm, ts, tm, yr, j, bt, flag) VALUES (-128, 18446744073709551615, 12345678901234.567891, 1.1, 1e300, 'ab', 'grüße 😀', 'naïve', repeat('x', 70000),
    '\x00ff10', '\x', 'green', ARRAY['a', 'c'], '2026-02-28', '2026-01-02 03:04:05.123456', '2026-07-01 12:00:00.123+02', '11:22:33.44', 2026, '{"a": [1, 2.5, null]}', B'101010101', 1);
INSERT INTO v (i) VALUES (NULL);
UPDATE v SET i = 127, d = -0.000001, f = '-1.5', t = '', y = '\xdeadbeef', dm = '1000-01-01 00:00:00', j = '[]', tm = '-01:00:00' WHERE id = 1;
UPDATE v SET t = 'again' WHERE u IS NOT NULL;
INSERT INTO k VALUES ('zoë', '2026-03-01', 99.90, 2);
UPDATE k SET v = 3, name = 'ö' WHERE name = 'ä';
UPDATE k SET amount = 100 WHERE name = 'zoë';
-- wait
-- verify
