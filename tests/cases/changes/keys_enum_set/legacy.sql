CREATE TABLE k_enum (k ENUM('small', 'Large', 'x''l', 'é') NOT NULL PRIMARY KEY, v INT NOT NULL);
CREATE TABLE k_set (k SET('r', 'w', 'x') NOT NULL, e ENUM('on', 'off') NOT NULL, v INT NOT NULL, PRIMARY KEY (k, e));
INSERT INTO k_enum VALUES ('small', 1), ('x''l', 1), ('é', 1);
INSERT INTO k_set VALUES ('', 'on', 1), ('r', 'on', 1), ('r,w', 'on', 1), ('r,w,x', 'off', 1), ('x', 'off', 1);
