CREATE TABLE log (line VARCHAR(20));
INSERT INTO log VALUES ('a'), ('a');
CREATE TABLE maybe (id INT, name VARCHAR(10), UNIQUE KEY maybe_id (id));
CREATE TABLE item (id INT NOT NULL, name VARCHAR(10), UNIQUE KEY item_id (id));
INSERT INTO item VALUES (1, 'one');
