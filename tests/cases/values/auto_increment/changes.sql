INSERT INTO item (name) VALUES ('third');
INSERT INTO item VALUES (500, 'far');
INSERT INTO big VALUES (9000000000, 1);
INSERT INTO small (n) VALUES (1), (2);
INSERT INTO part (a) VALUES (1), (1), (2);
-- wait
-- until SELECT last_value = 500 FROM app.item_id_seq;
-- upgrade
BEGIN;
INSERT INTO item (name) VALUES ('new') RETURNING id;
INSERT INTO big (n) VALUES (2);
INSERT INTO part (a) VALUES (2);
# The type has no more numbers.
-- error 2200H
INSERT INTO small (n) VALUES (3);
ROLLBACK;
