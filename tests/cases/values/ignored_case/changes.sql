# The same to the legacy server: another case, an accent, a blank.
UPDATE member SET name = 'ANN' WHERE name = 'ann';
UPDATE member SET mail = 'B@X ' WHERE name = 'BOB';
UPDATE member SET name = 'bób' WHERE name = 'bob';
-- error 1062
INSERT INTO member VALUES ('CID', 'c@x', 'c');
DELETE FROM member WHERE name = 'CID ';
INSERT INTO member VALUES ('cid', 'E@X', 'b');
