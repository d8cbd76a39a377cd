CREATE TABLE mood (id INT NOT NULL PRIMARY KEY, m ENUM('sad','😀') NOT NULL, e ENUM('','😀'), s SET('😀','x'), f SET('😀','','x'));
INSERT INTO mood VALUES (1, 'sad', '', 'x', 'x'), (2, '😀', '', 'x', 2), (3, 'sad', '😀', 'x', 0), (4, 'sad', '', '😀,x', 0), (5, 'sad', '', 'x', '😀');
