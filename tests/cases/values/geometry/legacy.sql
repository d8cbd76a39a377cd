CREATE TABLE place (id INT NOT NULL PRIMARY KEY, p POINT, g GEOMETRY);
INSERT INTO place VALUES (1, ST_GeomFromText('POINT(1 2)'), ST_GeomFromText('LINESTRING(0 0,1 1)')), (2, NULL, NULL);
-- only mysql
INSERT INTO place VALUES (3, ST_GeomFromText('POINT(51.5 -0.1)', 4326), NULL);
-- only mariadb
INSERT INTO place VALUES (3, ST_GeomFromText('POINT(-0.1 51.5)', 4326), NULL);
