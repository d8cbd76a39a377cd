DROP DATABASE IF EXISTS t_elsewhere_fk;
CREATE DATABASE t_elsewhere_fk;
CREATE TABLE t_elsewhere_fk.parent (id INT NOT NULL PRIMARY KEY);
CREATE TABLE child (id INT NOT NULL PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES t_elsewhere_fk.parent (id) ON DELETE CASCADE);
CREATE TABLE loose (id INT NOT NULL PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES t_elsewhere_fk.parent (id) ON DELETE RESTRICT);
# A child elsewhere is nothing that this link follows; it does no harm.
CREATE TABLE parent_here (id INT NOT NULL PRIMARY KEY);
CREATE TABLE t_elsewhere_fk.child_elsewhere (id INT NOT NULL PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES :database.parent_here (id) ON DELETE CASCADE);
INSERT INTO t_elsewhere_fk.parent VALUES (1), (2);
INSERT INTO child VALUES (1, 1), (2, 2), (3, 1), (4, NULL);
INSERT INTO loose VALUES (1, 2);
INSERT INTO parent_here VALUES (1), (2);
INSERT INTO t_elsewhere_fk.child_elsewhere VALUES (1, 1), (2, 2);
