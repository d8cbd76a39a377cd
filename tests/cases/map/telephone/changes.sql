-- upgrade
UPDATE :schema.phone_setting SET ring_tone = 'Analytical Engine' WHERE person_id = 1;
-- legacy
# Ada moves to the other switch, whose 4711 is Emmy's, who goes to the first one; both keep their numbers.
BEGIN;
UPDATE users SET switch_id = 3 - switch_id WHERE user_id IN (1, 3);
UPDATE user_setting SET active_mode = 2, ring_tone = 'Loud', ring_volume = 7 WHERE user_id = 1;
UPDATE voicemail_box SET flags = 1 WHERE user_id = 1;
UPDATE company_directory SET number = '2-4711' WHERE entry_id = 1;
DELETE FROM personal_directory WHERE user_id = 1 AND position = 2;
UPDATE site SET name = 'New South' WHERE site_id = 2;
COMMIT;
UPDATE users SET extension = '4712', budget_cents = 0, first_name = 'Admiral' WHERE user_id = 2;
INSERT INTO voicemail_box VALUES (2, 2, '2026-12-24 18:00:00');
UPDATE switch SET state = 'in service', features = 'recording', last_restart = '2026-12-24 20:00:00' WHERE switch_id = 2;
