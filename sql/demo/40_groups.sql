-- Hunt groups: calls to one number ring several users, at the hours of a schedule.

CREATE TABLE schedule (
    schedule_id smallint unsigned NOT NULL AUTO_INCREMENT,
    site_id     smallint unsigned NOT NULL,
    name        varchar(40)       NOT NULL,
    kind        enum('office hours', 'shifts', 'emergency') NOT NULL,
    valid_from  date              NOT NULL,
    PRIMARY KEY (schedule_id),
    UNIQUE KEY schedule_name (site_id, name),
    CONSTRAINT schedule_of_site FOREIGN KEY (site_id) REFERENCES site (site_id)
) COMMENT = 'hours at which hunt groups answer';

CREATE TABLE schedule_window (
    schedule_id smallint unsigned NOT NULL,
    weekday     enum('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun') NOT NULL,
    opens       time              NOT NULL,
    closes      time              NOT NULL COMMENT 'above 24:00:00 when the window ends on the next day',
    PRIMARY KEY (schedule_id, weekday, opens),
    CONSTRAINT window_of_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (schedule_id)
) COMMENT = 'when a schedule is open, day by day';

CREATE TABLE hunt_group (
    group_id     int unsigned      NOT NULL AUTO_INCREMENT,
    switch_id    smallint unsigned NOT NULL,
    number       varchar(8)        NOT NULL,
    name         varchar(60)       NOT NULL,
    strategy     enum('linear', 'circular', 'longest idle', 'all') NOT NULL DEFAULT 'circular',
    ring_seconds tinyint unsigned  NOT NULL DEFAULT 15,
    schedule_id  smallint unsigned NOT NULL,
    overflow_id  int unsigned      COMMENT 'where calls go that nobody takes',
    greeting     text,
    PRIMARY KEY (group_id),
    UNIQUE KEY group_number (switch_id, number),
    KEY group_schedule (schedule_id),
    KEY group_overflow (overflow_id),
    CONSTRAINT group_on_switch FOREIGN KEY (switch_id) REFERENCES switch (switch_id),
    CONSTRAINT group_has_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (schedule_id),
    CONSTRAINT group_overflows_to FOREIGN KEY (overflow_id) REFERENCES hunt_group (group_id)
) COMMENT = 'numbers that several users answer';

CREATE TABLE hunt_group_member (
    group_id  int unsigned      NOT NULL,
    user_id   int unsigned      NOT NULL,
    position  smallint unsigned NOT NULL,
    logged_in tinyint(1)        NOT NULL DEFAULT 1,
    skill     decimal(3,1)      NOT NULL DEFAULT 5.0,
    joined_at timestamp         NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (group_id, user_id),
    KEY member_user (user_id),
    CONSTRAINT member_of_group FOREIGN KEY (group_id) REFERENCES hunt_group (group_id),
    CONSTRAINT member_is_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) COMMENT = 'who answers for a group';
