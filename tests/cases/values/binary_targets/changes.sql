# Zeros are filled in by the server.
INSERT INTO host VALUES (5, 'a', NULL, INET6_ATON('2001:db8::1'), '');
UPDATE host SET t = 'better' WHERE id = 4;
