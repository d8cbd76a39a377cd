CREATE TABLE one (code VARCHAR(10) NOT NULL, v INT, UNIQUE KEY one_code (code));
CREATE TABLE two (a INT NOT NULL, b DATE NOT NULL, v INT, UNIQUE KEY (a, b));
CREATE TABLE choose (v INT, n INT, x INT NOT NULL, y INT NOT NULL, UNIQUE KEY a_null (n), UNIQUE KEY b_mixed (n, x), UNIQUE KEY c_good (y));
INSERT INTO one VALUES ('a', 1), ('b', 1), ('c', 1);
INSERT INTO two VALUES (1, '2024-01-01', 1), (1, '2024-01-02', 1), (2, '2024-01-01', 1);
INSERT INTO choose VALUES (1, NULL, 1, 1), (1, NULL, 1, 2), (1, 3, 3, 3);
