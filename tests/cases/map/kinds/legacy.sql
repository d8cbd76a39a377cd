# One column for each kind that makes one upgrade column of one legacy column. Three hundred rows, spread over the declared domains.
CREATE TABLE single (id INT PRIMARY KEY, country CHAR(2) NOT NULL, cf_mode TINYINT, active CHAR(1), price_cents BIGINT, created DATETIME(6), born VARCHAR(10),
    last_login BIGINT, amount VARCHAR(30), options SET('read', 'write', 'admin'), ident BINARY(16)) DEFAULT CHARSET utf8mb4;
INSERT INTO single
    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    SELECT i, ELT(1 + i % 3, 'CH', 'DE', ''), i % 3, ELT(1 + i % 2, 'Y', 'N'), (i - 150) * 7919 * 104729 * (1 + i % 5),
        '1980-01-01 12:00:00' + INTERVAL i * 37 DAY + INTERVAL i * 7919 MICROSECOND, DATE_FORMAT('1900-01-01' + INTERVAL i * 211 DAY, '%d.%m.%Y'),
        (i - 150) * 104729000, CONCAT(IF(i % 2, '', '-'), 1 + i % 999, '.', LPAD(i * 331 % 1000, 3, '0'), ',', LPAD(i % 100, 2, '0')),
        i % 8, UNHEX(LEFT(SHA2(i, 256), 32))
    FROM n;
INSERT INTO single (id, country) VALUES (301, 'FR');
INSERT INTO single VALUES (302, 'CH', 0, 'N', -9223372036854775808, '2020-10-25 02:30:00', '29.02.2000', 0, '0,00', '', REPEAT(CHAR(0), 16)),
    (303, 'CH', 2, 'Y', 9223372036854775807, '0001-02-03 00:00:00', '31.12.9999', -1, '-0,01', 'read,admin', REPEAT(CHAR(255), 16));
# The same rows, to be copied as they are.
CREATE TABLE same LIKE single;
INSERT INTO same SELECT * FROM single;

# The kinds that join columns or cut them.
CREATE TABLE several (id INT PRIMARY KEY, first_name VARCHAR(40), last_name VARCHAR(40), port VARCHAR(40), voicemail INT UNSIGNED, mode VARCHAR(10), number BIGINT,
    settings JSON) DEFAULT CHARSET utf8mb4;
INSERT INTO several
    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    SELECT i, CONCAT('Zoë', i % 7), CONCAT('O''Brien ', i, ' jr.'), IF(i % 4, CONCAT(i % 9, '/', i, '/x'), i), i % 8, ELT(1 + i % 3, 'off', NULL, '"busy"'),
        IF(i % 5, (i - 150) * 7919 * 104729, NULL), JSON_OBJECT('lang', ELT(1 + i % 3, 'de', 'fr', 'ñ "'), 'volume', i)
    FROM n;
INSERT INTO several (id) VALUES (301);
