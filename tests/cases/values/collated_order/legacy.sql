CREATE TABLE digit (d INT NOT NULL PRIMARY KEY);
INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE word (w VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL, n INT NOT NULL, PRIMARY KEY (w, n));
INSERT INTO word SELECT ELT(n % 11 + 1, 'a', 'B', '_', 'é', 'ß', '😀', 'Z', '-', '9', '', 'A'), n FROM (SELECT x.d + 10 * y.d + 100 * z.d AS n FROM digit AS x, digit AS y, digit AS z) AS made;
