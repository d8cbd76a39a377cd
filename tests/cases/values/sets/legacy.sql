CREATE TABLE shirt (id INT NOT NULL PRIMARY KEY, tags SET('b','a','it''s','é'), odd SET('x','','y'), as_text SET('b','a'));
INSERT INTO shirt VALUES (1, '', '', ''), (2, 'a,b', 'x', 'a,b'), (3, 15, 3, 3), (4, NULL, NULL, NULL);
