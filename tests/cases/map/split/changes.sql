-- upgrade
UPDATE :schema.phone_setting SET ring_tone = 9 WHERE person_id = 1;
-- legacy
UPDATE users SET ring_tone = 5, last_name = 'King' WHERE id = 1;
UPDATE users SET extension = '4800' WHERE id = 2;
INSERT INTO users (first_name, last_name, extension, ring_tone, created) VALUES ('Grace', 'Hopper', '4900', 2, '2021-05-05 05:05:05');
-- wait
-- verify
-- expect moved
# Two users swap their extensions, one loses his account, one comes back with the other's number.
BEGIN;
UPDATE users SET extension = NULL WHERE id = 1;
UPDATE users SET extension = '4711' WHERE id = 2;
UPDATE users SET extension = '4800' WHERE id = 1;
COMMIT;
UPDATE users SET active = 0 WHERE id = 4;
UPDATE users SET active = 1, extension = '4900' WHERE id = 3;
-- wait
-- verify
DELETE FROM users WHERE id = 2;
UPDATE users SET id = 7 WHERE id = 1;
