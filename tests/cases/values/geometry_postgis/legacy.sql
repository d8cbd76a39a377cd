CREATE TABLE place (id INT NOT NULL PRIMARY KEY, g GEOMETRY, p POINT);
INSERT INTO place VALUES (1, ST_GeomFromText('LINESTRING(0 0,1 1)'), ST_GeomFromText('POINT(1 2)', 4326)), (2, ST_GeomFromText('POINT(5 6)'), ST_GeomFromText('POINT(1 2)')), (3, NULL, NULL);
