CREATE TABLE code (id INT NOT NULL PRIMARY KEY, c CHAR(5), v VARCHAR(5), b BINARY(4), w VARBINARY(4), fixed VARCHAR(5));
INSERT INTO code VALUES (1, 'ab  ', 'ab  ', 'ab', 'ab', 'ab'), (2, ' a', ' a', 0x00FF0000, 0x00FF0000, ' a'), (3, '', '', '', '', '');
