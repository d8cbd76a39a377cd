-- Who uses telephones, and what each of them has chosen on the telephone itself: personal data.

CREATE TABLE users (
    user_id     int unsigned      NOT NULL AUTO_INCREMENT,
    login       varchar(40)       NOT NULL,
    first_name  varchar(40)       NOT NULL,
    last_name   varchar(40)       NOT NULL,
    department  varchar(40)       NOT NULL,
    room        varchar(12),
    switch_id   smallint unsigned NOT NULL COMMENT 'home switch: it changes when the user moves',
    language    enum('de', 'en', 'fr', 'it', 'pl', 'tr') NOT NULL DEFAULT 'de',
    status      enum('active', 'away', 'suspended') NOT NULL DEFAULT 'active',
    call_budget decimal(9,2)      COMMENT 'EUR a month; NULL is no limit',
    joined_on   date              NOT NULL,
    created_at  datetime          NOT NULL,
    changed_at  timestamp(3)      NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    PRIMARY KEY (user_id),
    UNIQUE KEY user_login (login),
    KEY user_name (last_name, first_name),
    KEY user_switch (switch_id),
    CONSTRAINT user_on_switch FOREIGN KEY (switch_id) REFERENCES switch (switch_id)
) COMMENT = 'people with a telephone';

CREATE TABLE call_mode (
    mode_id      tinyint unsigned NOT NULL,
    name         varchar(30)      NOT NULL,
    rings_desk   tinyint(1)       NOT NULL,
    rings_mobile tinyint(1)       NOT NULL,
    description  text             NOT NULL,
    PRIMARY KEY (mode_id),
    UNIQUE KEY call_mode_name (name)
) COMMENT = 'ways to handle calls that a user can switch between';

CREATE TABLE user_mode (
    user_id      int unsigned     NOT NULL,
    mode_id      tinyint unsigned NOT NULL,
    ring_seconds tinyint unsigned NOT NULL DEFAULT 20,
    forward_to   varchar(20),
    announcement text,
    PRIMARY KEY (user_id, mode_id),
    KEY user_mode_mode (mode_id),
    CONSTRAINT user_mode_of_user FOREIGN KEY (user_id) REFERENCES users (user_id),
    CONSTRAINT user_mode_of_mode FOREIGN KEY (mode_id) REFERENCES call_mode (mode_id)
) COMMENT = 'what a mode does for one user, where that is not the usual';

CREATE TABLE user_setting (
    user_id        int unsigned     NOT NULL,
    active_mode    tinyint unsigned NOT NULL DEFAULT 1,
    ring_tone      varchar(30)      NOT NULL DEFAULT 'Classic',
    ring_volume    tinyint          NOT NULL DEFAULT 5 COMMENT '-1 is silent',
    private_number tinyint(1)       NOT NULL DEFAULT 0,
    notify_by      set('email', 'app', 'sms', 'lamp') NOT NULL DEFAULT 'lamp',
    quiet_from     time,
    quiet_to       time,
    preferences    json             NOT NULL,
    changed_at     timestamp(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (user_id),
    KEY setting_mode (active_mode),
    CONSTRAINT setting_of_user FOREIGN KEY (user_id) REFERENCES users (user_id),
    CONSTRAINT setting_has_mode FOREIGN KEY (active_mode) REFERENCES call_mode (mode_id)
) COMMENT = 'what users choose on their telephones';
