-- wait
-- upgrade
SELECT tandem.route(':link', 'account', 'exception');
SELECT tandem.pause(':link');
-- until SELECT state = 'paused' FROM tandem.stat_link WHERE link = ':link';
-- legacy
UPDATE account SET balance = 90 WHERE id = 1;
DELETE FROM account WHERE id = 2;
UPDATE account SET note = 'same' WHERE id = 3;
DELETE FROM account WHERE id = 4;
INSERT INTO account VALUES (5, 500, 'new');
-- upgrade
-- error 40001
UPDATE account SET balance = balance - 10 WHERE id = 1;
-- error 40001
DELETE FROM account WHERE id = 1;
-- error 40001
UPDATE account SET balance = 0 WHERE id = 2;
# The same value may have been made from the older row.
-- error 40001
UPDATE account SET note = 'same' WHERE id = 3;
DELETE FROM account WHERE id = 4;
-- error 23505
INSERT INTO account VALUES (5, 1, 'mine');
SELECT tandem.resume(':link');
-- wait
-- upgrade
UPDATE account SET balance = balance - 10 WHERE id = 1;
UPDATE account SET balance = balance + 10 WHERE id = 5;
-- wait
-- verify
