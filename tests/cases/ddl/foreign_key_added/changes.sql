ALTER TABLE child ADD CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE;
-- until legacy SELECT COUNT(*) = 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND event_object_table = 'parent' AND action_timing = 'BEFORE';
DELETE FROM parent WHERE id = 1;
-- until SELECT bool_and(phase = 'live') FROM tandem.stat_table WHERE link = ':link';
