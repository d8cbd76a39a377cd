INSERT INTO item (name) VALUES ('third');
INSERT INTO item VALUES (500, 'far');
INSERT INTO big VALUES (9000000000, 1);
INSERT INTO small (n) VALUES (1), (2);
INSERT INTO part (a) VALUES (1), (1), (2);
-- wait
-- until SELECT i.last_value = 500 AND b.last_value = 9000000000 AND s.last_value = 255 AND p.last_value = 3 FROM app.item_id_seq i, app.big_id_seq b, app.small_id_seq s, app.part_b_seq p;
-- upgrade
BEGIN;
INSERT INTO item (name) VALUES ('new') RETURNING id;
INSERT INTO big (n) VALUES (2);
INSERT INTO part (a) VALUES (2);
# The type has no more numbers.
-- error 2200H
INSERT INTO small (n) VALUES (3);
ROLLBACK;
