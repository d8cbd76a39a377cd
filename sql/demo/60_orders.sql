-- What administrators have done, and a row that the demo measures with.

CREATE TABLE move_order (
    order_id    bigint unsigned   NOT NULL AUTO_INCREMENT,
    user_id     int unsigned      NOT NULL COMMENT 'no foreign key: an order stays when its user has left',
    from_switch smallint unsigned NOT NULL,
    to_switch   smallint unsigned NOT NULL,
    cost        decimal(8,2)      NOT NULL,
    ordered_by  varchar(40)       NOT NULL,
    done_at     datetime(6)       NOT NULL,
    PRIMARY KEY (order_id),
    KEY order_user (user_id),
    CONSTRAINT moved_from FOREIGN KEY (from_switch) REFERENCES switch (switch_id),
    CONSTRAINT moved_to FOREIGN KEY (to_switch) REFERENCES switch (switch_id)
) COMMENT = 'moves of users from one switch to another';

CREATE TABLE marker (
    marker_id tinyint unsigned NOT NULL,
    beat      bigint unsigned  NOT NULL,
    PRIMARY KEY (marker_id)
) COMMENT = 'the demo counts here on one side and looks for the number on the other';

INSERT INTO marker VALUES (1, 0);

-- Stays behind, and tandem.scaffold says so: views do not come over.
CREATE VIEW switch_occupancy AS
SELECT s.switch_id, s.name, s.ports, COUNT(u.user_id) AS users
FROM switch s LEFT JOIN users u ON u.switch_id = s.switch_id
GROUP BY s.switch_id, s.name, s.ports;
