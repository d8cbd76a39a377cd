CREATE TABLE item (name VARCHAR(10));
INSERT INTO item VALUES ('one'), ('two'), ('two');
