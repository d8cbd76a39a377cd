CREATE TABLE happening (id INT NOT NULL PRIMARY KEY, born DATE, seen DATETIME, kind ENUM('a', 'b'), words VARCHAR(20));
INSERT INTO happening VALUES (1, '0000-00-00', '2026-01-02 03:04:05', 'a', 'fine');
INSERT INTO happening VALUES (2, '2026-05-06', '0000-00-00 00:00:00', 'nonsense', CONCAT('a', CHAR(0), 'b'));
INSERT INTO happening VALUES (3, '2026-05-00', '2026-01-02 03:04:05', 'b', 'partial');
