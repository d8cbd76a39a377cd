CREATE TABLE seat (id INT NOT NULL PRIMARY KEY, place VARCHAR(5), hall INT NOT NULL, UNIQUE KEY seat_place (hall, place));
INSERT INTO seat VALUES (1, 'A1', 1), (2, 'A2', 1), (3, 'A3', 1), (4, 'A1', 2), (5, NULL, 1), (6, NULL, 1);
