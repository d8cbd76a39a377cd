UPDATE single SET cf_mode = 1, active = 'Y', price_cents = 1, created = '2026-07-01 14:00:00', born = '28.02.2026', last_login = 1767225600, amount = '-1.234.567,89',
    options = 'write,admin', ident = UNHEX('66774455001122338899AABBCCDDEEFF') WHERE id = 301;
UPDATE several SET first_name = 'Ada', last_name = 'King of Lovelace', port = '7/8/9', voicemail = 5, mode = 'off', number = 1, settings = '{"lang": "en", "volume": 11}'
    WHERE id = 301;
# Values outside of the declared domains: each row is parked until it is mended, and nothing of it is altered meanwhile.
UPDATE single SET cf_mode = 9 WHERE id = 1;
UPDATE single SET active = '?' WHERE id = 2;
UPDATE single SET born = '31.02.2026' WHERE id = 3;
UPDATE single SET amount = '1,5' WHERE id = 4;
UPDATE single SET created = '2026-03-29 02:30:00' WHERE id = 5;
UPDATE several SET voicemail = 8 WHERE id = 1;
UPDATE several SET first_name = 'Mary Ann' WHERE id = 2;
-- wait
-- expect parked
UPDATE single AS s JOIN same AS b ON b.id = s.id SET s.cf_mode = b.cf_mode, s.active = b.active, s.born = b.born, s.amount = b.amount, s.created = b.created WHERE s.id < 6;
UPDATE several SET voicemail = 7 WHERE id = 1;
UPDATE several SET first_name = 'Mary-Ann' WHERE id = 2;
-- wait
-- verify
