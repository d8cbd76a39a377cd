CREATE TABLE day (day DATE NOT NULL PRIMARY KEY, note VARCHAR(20));
INSERT INTO day VALUES ('0000-00-00', 'never'), ('2026-05-00', 'some day'), ('2026-01-01', 'new year');
CREATE TABLE size (size ENUM('s','m') NOT NULL, n INT NOT NULL, PRIMARY KEY (size, n));
INSERT INTO size VALUES ('s', 1), ('', 1), ('', 2);
