CREATE TABLE site (code VARCHAR(5) NOT NULL PRIMARY KEY);
# The parent's key is part of the child's key, and of the grandchild's.
CREATE TABLE room (site VARCHAR(5) NOT NULL, no INT NOT NULL, name VARCHAR(10), PRIMARY KEY (site, no),
    FOREIGN KEY (site) REFERENCES site (code) ON UPDATE CASCADE ON DELETE CASCADE);
CREATE TABLE desk (site VARCHAR(5) NOT NULL, room INT NOT NULL, no INT NOT NULL, PRIMARY KEY (site, room, no),
    FOREIGN KEY (site, room) REFERENCES room (site, no) ON UPDATE CASCADE ON DELETE CASCADE);
CREATE TABLE phone (id INT NOT NULL PRIMARY KEY, site VARCHAR(5), room INT, FOREIGN KEY (site, room) REFERENCES room (site, no) ON UPDATE SET NULL ON DELETE SET NULL);
# Refers to a unique value, not to the key.
CREATE TABLE person (id INT NOT NULL PRIMARY KEY, login VARCHAR(10) NOT NULL, UNIQUE KEY (login));
CREATE TABLE badge (id INT NOT NULL PRIMARY KEY, login VARCHAR(10), FOREIGN KEY (login) REFERENCES person (login) ON UPDATE CASCADE);
INSERT INTO site VALUES ('A'), ('B'), ('C');
INSERT INTO room VALUES ('A', 1, 'a1'), ('B', 1, 'b1'), ('C', 1, 'c1');
INSERT INTO desk VALUES ('A', 1, 1), ('A', 1, 2), ('B', 1, 1), ('C', 1, 1);
INSERT INTO phone VALUES (1, 'A', 1), (2, 'B', 1), (3, 'C', 1), (4, NULL, 7);
INSERT INTO person VALUES (1, 'ann'), (2, 'bob');
INSERT INTO badge VALUES (1, 'ann'), (2, 'bob'), (3, 'ann'), (4, NULL);
