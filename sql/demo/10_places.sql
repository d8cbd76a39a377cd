-- Where telephones are: sites, the switches that stand at them, and the blocks of public numbers rented for each switch.
-- Written by administrators and by the switches' own programs.

CREATE TABLE site (
    site_id     smallint unsigned NOT NULL AUTO_INCREMENT,
    code        char(4)           NOT NULL,
    name        varchar(60)       NOT NULL,
    street      varchar(80)       NOT NULL,
    postcode    varchar(10)       NOT NULL,
    city        varchar(60)       NOT NULL,
    country     char(2)           NOT NULL DEFAULT 'DE',
    time_zone   varchar(40)       NOT NULL DEFAULT 'Europe/Berlin',
    latitude    decimal(8,5),
    longitude   decimal(8,5),
    opened_on   date              NOT NULL,
    PRIMARY KEY (site_id),
    UNIQUE KEY site_code (code)
) COMMENT = 'buildings with telephones';

CREATE TABLE switch (
    switch_id    smallint unsigned NOT NULL AUTO_INCREMENT,
    site_id      smallint unsigned NOT NULL,
    name         varchar(40)       NOT NULL,
    kind         enum('main', 'remote', 'survivable') NOT NULL DEFAULT 'remote',
    state        enum('in service', 'maintenance', 'out of service') NOT NULL DEFAULT 'in service',
    features     set('voicemail', 'conference', 'recording', 'hunt groups', 'night service', 'emergency calls') NOT NULL,
    software     varchar(20)       NOT NULL,
    ports        smallint unsigned NOT NULL,
    load_percent decimal(5,2)      NOT NULL DEFAULT 0.00,
    last_restart datetime,
    config       json              NOT NULL,
    changed_at   timestamp         NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (switch_id),
    UNIQUE KEY switch_name (name),
    KEY switch_site (site_id),
    CONSTRAINT switch_at_site FOREIGN KEY (site_id) REFERENCES site (site_id)
) COMMENT = 'private branch exchanges';

CREATE TABLE number_block (
    block_id     int unsigned      NOT NULL AUTO_INCREMENT,
    switch_id    smallint unsigned NOT NULL,
    prefix       varchar(16)       NOT NULL COMMENT 'what all numbers of the block begin with',
    size         int unsigned      NOT NULL,
    monthly_fee  decimal(8,2)      NOT NULL,
    yearly_fee   decimal(10,2)     GENERATED ALWAYS AS (monthly_fee * 12) STORED,
    rented_until date              NOT NULL,
    PRIMARY KEY (block_id),
    UNIQUE KEY block_prefix (prefix),
    KEY block_switch (switch_id),
    CONSTRAINT block_of_switch FOREIGN KEY (switch_id) REFERENCES switch (switch_id),
    CONSTRAINT block_has_numbers CHECK (size > 0)
) COMMENT = 'public numbers are rented in blocks';
