-- wait
-- upgrade
SELECT tandem.route(':link', 'n', 'reverse');
UPDATE n SET a = 1e400 WHERE t = 'one';
INSERT INTO n VALUES (98765432109876543210.0123456789, 0.001, 'two', 2);
-- until SELECT count(*) = 2 FROM tandem.not_representable WHERE link = ':link';
-- expect recorded
UPDATE n SET a = 98765432109876543210.25;
-- until legacy SELECT COUNT(*) = 2 FROM n WHERE a = 98765432109876543210.25;
-- until SELECT count(*) = 0 FROM tandem.not_representable WHERE link = ':link';
-- wait
-- verify
