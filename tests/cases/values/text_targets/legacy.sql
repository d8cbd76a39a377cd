CREATE TABLE word (id INT NOT NULL PRIMARY KEY, short VARCHAR(20), brief VARCHAR(20), price DECIMAL(8,4), ci VARCHAR(20), dom VARCHAR(20), e VARCHAR(20), j TEXT, u CHAR(36));
INSERT INTO word VALUES (1, 'abc', 'abc', 1.5, 'Case', 'a@b', 'on', '{"a": 1}', '00112233-4455-6677-8899-aabbccddeeff');
INSERT INTO word VALUES (2, 'abcd', NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, NULL, NULL, NULL, NULL, 'nobody', NULL, NULL, NULL), (4, NULL, NULL, NULL, NULL, NULL, 'ON', NULL, NULL),
    (5, NULL, NULL, NULL, NULL, NULL, NULL, '{', NULL), (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x');
INSERT INTO word VALUES (7, 'éàü', 'éàü', -0.05, 'ÉÀÜ', NULL, 'off', '[1, 1]', NULL), (8, 'ab ', 'ab ', NULL, ' ', 'a@b ', NULL, NULL, NULL);
# What a domain's type would cut or round.
INSERT INTO word (id, brief, price) VALUES (9, 'abc  ', NULL), (10, NULL, 1.005), (11, 'abcd', NULL);
