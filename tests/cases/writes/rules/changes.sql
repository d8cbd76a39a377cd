-- wait
-- upgrade
SELECT tandem.route(':link', 'person', 'exception');
SELECT tandem.route(':link', 'person', 'local', row_filter => $$kind = 'own'$$);
SELECT tandem.route(':link', 'person', 'local', setting => 'app.here=yes');
ALTER TABLE person ADD COLUMN ring text;
# Stays: a column of this side, an own row, a session with the setting.
UPDATE person SET ring = 'bell';
UPDATE person SET name = 'bob here' WHERE id = 2;
INSERT INTO person (id, name, kind) VALUES (3, 'cid', 'own');
SET app.here = 'yes';
UPDATE person SET name = 'ann here' WHERE id = 1;
UPDATE person SET name = 'ann' WHERE id = 1;
RESET app.here;
# Goes: everything else, also when it comes with a column of this side.
UPDATE person SET name = 'ann there', ring = 'horn' WHERE id = 1;
INSERT INTO person (id, name, kind) VALUES (4, 'dan', 'shared');
-- error 0A000
UPDATE person SET kind = 'own' WHERE id = 4;
-- error 22023
SELECT tandem.route(':link', 'person', NULL, setting => 'no=rule');
SELECT tandem.route(':link', 'person', NULL, setting => 'app.here=yes');
SET app.here = 'yes';
UPDATE person SET name = 'dan there' WHERE id = 4;
RESET app.here;
-- until legacy SELECT name = 'dan there' FROM person WHERE id = 4;
-- until legacy SELECT COUNT(*) = 3 FROM person;
-- until legacy SELECT name = 'bob' FROM person WHERE id = 2;
-- until legacy SELECT name = 'ann there' FROM person WHERE id = 1;
