-- What Tandem remembers.

CREATE TABLE tandem.link (
    link text PRIMARY KEY,
    owner regrole NOT NULL,
    link_key bigint NOT NULL UNIQUE CHECK (link_key BETWEEN 1 AND 8796093022207),
    schema text NOT NULL,
    family text NOT NULL CHECK (family IN ('mysql', 'mariadb')),
    desired text NOT NULL DEFAULT 'stopped' CHECK (desired IN ('running', 'paused', 'stopped')),
    generation bigint NOT NULL DEFAULT 1,
    shm_handle bigint,
    unmapped text[] NOT NULL DEFAULT '{}',
    caught_up_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tandem.link IS 'links: one legacy database bound to this database each; the name is that of a server of the tandem wrapper';
COMMENT ON COLUMN tandem.link.link_key IS 'number that tells the link''s table numbers apart on the legacy server';
COMMENT ON COLUMN tandem.link.desired IS 'what the operator wants: running, paused or stopped';
COMMENT ON COLUMN tandem.link.generation IS 'rises when anything changes that the worker must read again';
COMMENT ON COLUMN tandem.link.shm_handle IS 'where the worker keeps its live state; worthless once the worker has gone';

CREATE TABLE tandem.table_map (
    link text NOT NULL REFERENCES tandem.link ON DELETE CASCADE,
    table_no integer NOT NULL CHECK (table_no BETWEEN 1 AND 1048575),
    source_table text NOT NULL,
    target_schema text NOT NULL,
    target_table text NOT NULL,
    document jsonb NOT NULL,
    phase text NOT NULL DEFAULT 'init' CHECK (phase IN ('init', 'backfill', 'live', 'switched', 'retired', 'errored')),
    copy_mode text NOT NULL DEFAULT 'copy' CHECK (copy_mode IN ('copy', 'merge')),
    planned boolean NOT NULL DEFAULT false,
    estimated_rows bigint NOT NULL DEFAULT 0,
    estimated_bytes bigint NOT NULL DEFAULT 0,
    backfill_started_at timestamptz,
    backfill_finished_at timestamptz,
    definition jsonb,
    refreshed integer NOT NULL DEFAULT 0,
    legacy_triggers text,
    legacy_storage text,
    legacy_counter bigint,
    cause text CHECK (cause IN ('drift', 'missing', 'unreadable', 'other')),
    error text,
    hint text,
    PRIMARY KEY (link, table_no),
    UNIQUE (link, source_table)
);
COMMENT ON TABLE tandem.table_map IS 'which legacy table goes to which table here, and how far it is';
COMMENT ON COLUMN tandem.table_map.phase IS 'init, backfill, live, switched, retired or errored';
COMMENT ON COLUMN tandem.table_map.copy_mode IS 'copy into a table that was empty, or merge into one that was not';
COMMENT ON COLUMN tandem.table_map.definition IS 'the legacy table as its rows are read; when it is another there, the table is set aside';
COMMENT ON COLUMN tandem.table_map.refreshed IS 'how often tandem.refresh has adopted a change';
COMMENT ON COLUMN tandem.table_map.legacy_triggers IS 'the link''s triggers on the legacy table when its rows were last known to be right';
COMMENT ON COLUMN tandem.table_map.legacy_storage IS 'where the legacy server kept the table then; another place means that its rows were replaced';
COMMENT ON COLUMN tandem.table_map.legacy_counter IS 'the id that the table''s outbox gives out next; when it falls, the legacy server was restored to an earlier state';
COMMENT ON COLUMN tandem.table_map.cause IS 'why the table is set aside: drift, missing, unreadable or other';
COMMENT ON COLUMN tandem.table_map.planned IS 'true when the table''s last chunk is known';

CREATE TABLE tandem.chunk (
    link text NOT NULL,
    table_no integer NOT NULL,
    chunk_no integer NOT NULL,
    low jsonb,
    high jsonb,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
    worker_pid integer,
    row_count bigint NOT NULL DEFAULT 0,
    byte_count bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (link, table_no, chunk_no),
    FOREIGN KEY (link, table_no) REFERENCES tandem.table_map ON DELETE CASCADE
);
COMMENT ON TABLE tandem.chunk IS 'key ranges of the initial copy: a chunk and its rows are committed together';

CREATE TABLE tandem.deferred_ddl (
    link text NOT NULL REFERENCES tandem.link ON DELETE CASCADE,
    ddl_no integer NOT NULL,
    table_no integer,
    step text NOT NULL CHECK (step IN ('after', 'last')),
    object text NOT NULL,
    statement text NOT NULL,
    done_at timestamptz,
    error text,
    PRIMARY KEY (link, ddl_no)
);
COMMENT ON TABLE tandem.deferred_ddl IS 'indexes created after a table''s data is in, foreign keys after all data is in';

CREATE TABLE tandem.parked_row (
    link text NOT NULL,
    table_no integer NOT NULL,
    key_id bytea NOT NULL,
    key jsonb NOT NULL,
    legacy_row jsonb,
    key_values jsonb NOT NULL,
    column_name text,
    code text NOT NULL,
    message text NOT NULL,
    attempts integer NOT NULL DEFAULT 1,
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (link, table_no, key_id),
    FOREIGN KEY (link, table_no) REFERENCES tandem.table_map ON DELETE CASCADE
);
COMMENT ON TABLE tandem.parked_row IS 'rows set aside with their error; a row leaves when it has been applied or deleted';

CREATE TABLE tandem.event_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    link text,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
    code text NOT NULL,
    object text,
    message text NOT NULL,
    hint text
);
COMMENT ON TABLE tandem.event_log IS 'what has happened to links and tables, oldest first';

CREATE TABLE tandem.verify_run (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    link text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
    error text
);
COMMENT ON TABLE tandem.verify_run IS 'comparisons of both sides';

CREATE TABLE tandem.verify_table (
    run_id bigint NOT NULL REFERENCES tandem.verify_run ON DELETE CASCADE,
    table_name text NOT NULL,
    legacy_rows bigint NOT NULL,
    upgrade_rows bigint NOT NULL,
    differences bigint NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, table_name)
);
COMMENT ON TABLE tandem.verify_table IS 'what a comparison has compared: one row per table';

CREATE TABLE tandem.verify_difference (
    run_id bigint NOT NULL REFERENCES tandem.verify_run ON DELETE CASCADE,
    table_name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('missing', 'extra', 'different', 'untranslatable')),
    key jsonb NOT NULL,
    key_values jsonb,
    legacy jsonb,
    upgrade jsonb
);
CREATE INDEX verify_difference_run ON tandem.verify_difference (run_id, table_name);
COMMENT ON TABLE tandem.verify_difference IS 'rows that a comparison found to differ';

CREATE TABLE tandem.binlog_state (
    link text PRIMARY KEY REFERENCES tandem.link ON DELETE CASCADE,
    server text NOT NULL,
    base text NOT NULL,
    resume_file bigint NOT NULL,
    resume_offset bigint NOT NULL,
    resume_begun bigint NOT NULL DEFAULT 0,
    since jsonb NOT NULL DEFAULT '{}',
    read_file bigint NOT NULL,
    read_offset bigint NOT NULL,
    event_at timestamptz,
    connected boolean NOT NULL DEFAULT false,
    pending_keys bigint NOT NULL DEFAULT 0,
    prepared_branches integer NOT NULL DEFAULT 0,
    memory_bytes bigint NOT NULL DEFAULT 0,
    saved_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE tandem.binlog_state IS 'links that capture from the binary log: how far it was read, and where reading begins again';
COMMENT ON COLUMN tandem.binlog_state.server IS 'what tells the legacy server apart from others, whose logs have other positions';
COMMENT ON COLUMN tandem.binlog_state.resume_offset IS 'everything before this position has been seen to; reading begins here after a restart';
COMMENT ON COLUMN tandem.binlog_state.since IS 'by table: the position at which it was found that the table has to be compared; what the log says of it before does not count';

-- What a DBA declared is dumped; what describes one moment of one pair of servers is not: a restored copy must not resume.
SELECT pg_catalog.pg_extension_config_dump('tandem.event_log', 'WHERE false');
