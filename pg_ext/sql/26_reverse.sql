-- Writes on this side that go back to the legacy database.

CREATE TABLE tandem.reverse_table (
    link text NOT NULL,
    table_no integer NOT NULL,
    outbox text NOT NULL UNIQUE,
    conflict text NOT NULL DEFAULT 'legacy_wins' CHECK (conflict IN ('legacy_wins', 'upgrade_wins')),
    rows_sent bigint NOT NULL DEFAULT 0,
    rows_equal bigint NOT NULL DEFAULT 0,
    rows_refused bigint NOT NULL DEFAULT 0,
    conflicts bigint NOT NULL DEFAULT 0,
    last_sent_at timestamptz,
    PRIMARY KEY (link, table_no),
    FOREIGN KEY (link, table_no) REFERENCES tandem.table_map ON DELETE CASCADE
);
COMMENT ON TABLE tandem.reverse_table IS 'tables whose writes here go back to the legacy database';
COMMENT ON COLUMN tandem.reverse_table.outbox IS 'the table of schema tandem in which the keys of changed rows wait';
COMMENT ON COLUMN tandem.reverse_table.conflict IS 'who wins when a row was changed on both sides: legacy_wins or upgrade_wins';

CREATE TABLE tandem.not_representable_row (
    link text NOT NULL,
    table_no integer NOT NULL,
    key_id bytea NOT NULL,
    key jsonb NOT NULL,
    column_name text,
    code text NOT NULL,
    message text NOT NULL,
    upgrade_row jsonb,
    attempts integer NOT NULL DEFAULT 1,
    since timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (link, table_no, key_id),
    FOREIGN KEY (link, table_no) REFERENCES tandem.table_map ON DELETE CASCADE
);
COMMENT ON TABLE tandem.not_representable_row IS 'rows here that the legacy table cannot hold; a row leaves when it can, or when it is gone';

CREATE TABLE tandem.conflict_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    link text NOT NULL,
    table_no integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('update_origin_differs', 'update_missing', 'delete_origin_differs')),
    direction text NOT NULL CHECK (direction IN ('forward', 'reverse')),
    resolution text NOT NULL CHECK (resolution IN ('legacy_wins', 'upgrade_wins')),
    key jsonb NOT NULL,
    legacy_row jsonb,
    upgrade_row jsonb,
    FOREIGN KEY (link, table_no) REFERENCES tandem.table_map ON DELETE CASCADE
);
CREATE INDEX conflict_log_table ON tandem.conflict_log (link, table_no);
COMMENT ON TABLE tandem.conflict_log IS 'rows that were changed on both sides, with both states and who won';
