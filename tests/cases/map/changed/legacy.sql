CREATE TABLE item (id INT PRIMARY KEY, label VARCHAR(20) NOT NULL, kind CHAR(1) NOT NULL);
CREATE TABLE kind (code CHAR(1) PRIMARY KEY, name VARCHAR(20) NOT NULL);
INSERT INTO item VALUES (1, 'hammer', 't'), (2, 'apple', 'f'), (3, 'saw', 't');
INSERT INTO kind VALUES ('t', 'tool'), ('f', 'fruit');
