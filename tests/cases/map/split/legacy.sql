CREATE TABLE users (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, first_name VARCHAR(40) NOT NULL, last_name VARCHAR(40) NOT NULL,
    extension VARCHAR(10), ring_tone INT NOT NULL DEFAULT 1, active TINYINT NOT NULL DEFAULT 1, created DATETIME NOT NULL);
INSERT INTO users (first_name, last_name, extension, ring_tone, active, created) VALUES
    ('Ada', 'Lovelace', '4711', 3, 1, '2020-01-01 10:00:00'), ('Alan', 'Turing', NULL, 1, 1, '2020-01-02 10:00:00'),
    ('Old', 'Account', '4712', 1, 0, '2019-01-01 00:00:00');
