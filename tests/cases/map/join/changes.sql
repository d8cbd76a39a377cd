-- wait
-- upgrade
UPDATE :schema.address SET note = 'ours' WHERE address_id = 1;
-- legacy
UPDATE city SET city = 'Roma' WHERE city_id = 10;
UPDATE country SET country = 'Italia' WHERE country_id = 1;
INSERT INTO city VALUES (21, 'Lyon', 2);
UPDATE address SET city_id = 21 WHERE address_id = 4;
-- wait
-- expect renamed
# The new key reaches the cities by the server's own cascade.
UPDATE country SET country_id = 3 WHERE country_id = 2;
-- wait
-- verify
# A city that goes, by itself and with its country.
UPDATE country SET country = 'Frankreich' WHERE country_id = 3;
DELETE FROM city WHERE city_id = 11;
DELETE FROM country WHERE country_id = 1;
DELETE FROM address WHERE address_id = 2;
