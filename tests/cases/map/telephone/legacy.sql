CREATE TABLE site (site_id smallint unsigned PRIMARY KEY, code char(4) NOT NULL UNIQUE, name varchar(60) NOT NULL, city varchar(60) NOT NULL);
CREATE TABLE switch (switch_id smallint unsigned PRIMARY KEY, site_id smallint unsigned NOT NULL, name varchar(40) NOT NULL UNIQUE,
    state enum('in service', 'maintenance', 'out of service') NOT NULL DEFAULT 'in service',
    features set('voicemail', 'conference', 'recording') NOT NULL, last_restart datetime,
    FOREIGN KEY (site_id) REFERENCES site (site_id));
CREATE TABLE users (user_id int unsigned PRIMARY KEY AUTO_INCREMENT, login varchar(40) NOT NULL UNIQUE, first_name varchar(40) NOT NULL,
    last_name varchar(40) NOT NULL, switch_id smallint unsigned NOT NULL, extension varchar(8), budget_cents int, created_at datetime NOT NULL,
    FOREIGN KEY (switch_id) REFERENCES switch (switch_id));
CREATE TABLE user_setting (user_id int unsigned PRIMARY KEY, active_mode tinyint unsigned NOT NULL, ring_tone varchar(30) NOT NULL, ring_volume tinyint NOT NULL,
    private_number char(1) NOT NULL, notify_by set('email', 'app', 'lamp') NOT NULL, forward_to varchar(20),
    FOREIGN KEY (user_id) REFERENCES users (user_id));
CREATE TABLE voicemail_box (user_id int unsigned PRIMARY KEY, flags tinyint unsigned NOT NULL, last_message_at datetime,
    FOREIGN KEY (user_id) REFERENCES users (user_id));
CREATE TABLE company_directory (entry_id int unsigned PRIMARY KEY, display_name varchar(100) NOT NULL, number varchar(20) NOT NULL);
CREATE TABLE personal_directory (user_id int unsigned, position smallint unsigned, name varchar(60) NOT NULL, number varchar(20) NOT NULL,
    PRIMARY KEY (user_id, position), FOREIGN KEY (user_id) REFERENCES users (user_id));
INSERT INTO site VALUES (1, 'HAM1', 'Harbour', 'Hamburg'), (2, 'MUC1', 'South', 'Munich');
INSERT INTO switch VALUES (1, 1, 'ham-1', 'in service', 'voicemail,conference', '2026-03-01 02:30:00'), (2, 2, 'muc-1', 'maintenance', '', NULL);
INSERT INTO users VALUES (1, 'ada', 'Ada', 'Lovelace', 1, '4711', 1250, '2024-01-15 12:00:00'), (2, 'grace', 'Grace', 'Brewster Hopper', 1, NULL, NULL, '2024-07-15 12:00:00'),
    (3, 'emmy', 'Emmy', 'Noether', 2, '4711', 5, '2024-10-27 02:30:00');
INSERT INTO user_setting VALUES (1, 1, 'Classic', 5, 'N', 'lamp', NULL), (2, 2, 'Jazz', -1, 'Y', 'email,app', '0171 1'), (3, 3, 'Classic', 0, 'N', '', NULL);
INSERT INTO voicemail_box VALUES (1, 3, '2026-07-01 12:00:00'), (3, 0, NULL);
INSERT INTO company_directory VALUES (1, 'Ada Lovelace', '1-4711'), (2, 'Fire brigade', '112');
INSERT INTO personal_directory VALUES (1, 1, 'Mother', '040 1'), (1, 2, 'Charles', '040 2'), (3, 1, 'David', '0551 1');
