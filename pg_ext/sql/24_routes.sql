-- What happens to writes on this side.

CREATE TABLE tandem.table_route (
    link text NOT NULL,
    table_no integer NOT NULL,
    rule_no integer NOT NULL CHECK (rule_no >= 0),
    route text NOT NULL CHECK (route IN ('local', 'exception', 'reverse')),
    columns text[],
    row_filter text,
    role text,
    setting text,
    away text NOT NULL DEFAULT 'error' CHECK (away IN ('error', 'queue')),
    commit text NOT NULL DEFAULT 'two_phase' CHECK (commit IN ('two_phase', 'one_phase')),
    undo text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (link, table_no, rule_no),
    FOREIGN KEY (link, table_no) REFERENCES tandem.table_map ON DELETE CASCADE
);
COMMENT ON TABLE tandem.table_route IS 'what happens to writes on this side: rule 0 of a table says it for the whole table, the others are exceptions from that, the lowest number that applies first';
COMMENT ON COLUMN tandem.table_route.columns IS 'the rule is for updates that change none but these columns';
COMMENT ON COLUMN tandem.table_route.row_filter IS 'the rule is for rows of which this expression is true';
COMMENT ON COLUMN tandem.table_route.role IS 'the rule is for sessions of members of this role';
COMMENT ON COLUMN tandem.table_route.setting IS 'the rule is for sessions with this setting, name=value';
COMMENT ON COLUMN tandem.table_route.away IS 'what a write does while the legacy server is away: error or queue';
COMMENT ON COLUMN tandem.table_route.commit IS 'two_phase, or one_phase: the legacy server commits before this one, without a decision';
COMMENT ON COLUMN tandem.table_route.undo IS 'statements that take back what the route has changed in the table here, in order';

-- Decisions on branches.

CREATE TABLE tandem.branch (
    branch text PRIMARY KEY,
    link text NOT NULL,
    transaction bigint NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE tandem.branch IS 'decisions: a prepared branch on the legacy server whose name is here has to be committed; the row goes some time after that is done';
COMMENT ON COLUMN tandem.branch.transaction IS 'number of the transaction that has decided, with its epoch';
COMMENT ON COLUMN tandem.branch.settled IS 'true when the branch was seen to be committed';

CREATE TABLE tandem.branch_seen (
    branch text PRIMARY KEY,
    link text NOT NULL,
    decision text NOT NULL CHECK (decision IN ('commit', 'rollback')),
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    error text
);
COMMENT ON TABLE tandem.branch_seen IS 'prepared branches on a legacy server that could not be settled when they were last looked at';
