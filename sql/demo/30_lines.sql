-- Extensions on switches, the public numbers that lead to them, and the voicemail boxes behind them.

CREATE TABLE extension (
    extension_id    int unsigned      NOT NULL AUTO_INCREMENT,
    switch_id       smallint unsigned NOT NULL,
    number          varchar(8)        NOT NULL COMMENT 'digits dialled inside',
    user_id         int unsigned      COMMENT 'NULL for rooms, doors and faxes',
    kind            enum('desk', 'soft phone', 'cordless', 'conference room', 'door', 'fax') NOT NULL,
    hardware        binary(6)         NOT NULL COMMENT 'address of the device',
    label           varchar(60)       NOT NULL,
    emergency_calls tinyint(1)        NOT NULL DEFAULT 1,
    last_seen       datetime(3),
    PRIMARY KEY (extension_id),
    UNIQUE KEY extension_number (switch_id, number),
    KEY extension_user (user_id),
    CONSTRAINT extension_on_switch FOREIGN KEY (switch_id) REFERENCES switch (switch_id),
    CONSTRAINT extension_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) COMMENT = 'devices and their inside numbers';

CREATE TABLE phone_number (
    number       varchar(20)  NOT NULL,
    block_id     int unsigned NOT NULL,
    extension_id int unsigned,
    state        enum('free', 'assigned', 'resting') NOT NULL DEFAULT 'free',
    assigned_at  datetime(6),
    PRIMARY KEY (number),
    UNIQUE KEY number_extension (extension_id),
    KEY number_block_state (block_id, state),
    CONSTRAINT number_in_block FOREIGN KEY (block_id) REFERENCES number_block (block_id),
    CONSTRAINT number_leads_to FOREIGN KEY (extension_id) REFERENCES extension (extension_id)
) COMMENT = 'public numbers: an extension has one or none';

CREATE TABLE voicemail_box (
    user_id         int unsigned      NOT NULL,
    pin_digest      binary(16)        NOT NULL,
    greeting        enum('standard', 'own', 'absent') NOT NULL DEFAULT 'standard',
    message_waiting tinyint(1)        NOT NULL DEFAULT 0,
    new_messages    smallint unsigned NOT NULL DEFAULT 0,
    old_messages    smallint unsigned NOT NULL DEFAULT 0,
    quota_mb        decimal(6,1)      NOT NULL DEFAULT 20.0,
    forward_email   varchar(100),
    last_message_at datetime,
    PRIMARY KEY (user_id),
    CONSTRAINT box_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) COMMENT = 'one box a user, if any';
