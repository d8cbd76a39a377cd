-- Two directories: the company's, written by administrators, and the personal one, written by users on their telephones.

CREATE TABLE company_directory (
    entry_id     int unsigned NOT NULL AUTO_INCREMENT,
    user_id      int unsigned COMMENT 'NULL for entries that are no user, such as a supplier',
    display_name varchar(100) NOT NULL,
    number       varchar(20)  NOT NULL,
    place        varchar(60)  NOT NULL,
    email        varchar(100),
    keywords     text,
    listed       tinyint(1)   NOT NULL DEFAULT 1,
    PRIMARY KEY (entry_id),
    UNIQUE KEY directory_user (user_id),
    KEY directory_name (display_name),
    CONSTRAINT entry_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) COMMENT = 'what everybody can look up';

CREATE TABLE personal_directory (
    user_id  int unsigned      NOT NULL,
    position smallint unsigned NOT NULL,
    name     varchar(60)       NOT NULL,
    number   varchar(20)       NOT NULL,
    note     text,
    PRIMARY KEY (user_id, position),
    CONSTRAINT speed_dial_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) COMMENT = 'speed dials of one user';
