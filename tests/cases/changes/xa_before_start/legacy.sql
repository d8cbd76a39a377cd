CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v INT NOT NULL);
CREATE TABLE u (id INT NOT NULL PRIMARY KEY, v INT NOT NULL);
INSERT INTO t VALUES (1, 0), (2, 0), (3, 0);
INSERT INTO u VALUES (1, 0);
-- session b
XA START ':link', 'one';
UPDATE t SET v = 1 WHERE id = 1;
DELETE FROM t WHERE id = 3;
INSERT INTO t VALUES (10, 1);
XA END ':link', 'one';
XA PREPARE ':link', 'one';
-- disconnect b
-- session c
XA START ':link', 'two';
INSERT INTO u VALUES (20, 2);
XA END ':link', 'two';
XA PREPARE ':link', 'two';
-- disconnect c
