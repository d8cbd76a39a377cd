-- What a DBA looks at.

CREATE FUNCTION tandem.live_link(link_key bigint, shm_handle bigint)
RETURNS TABLE (
    pid integer, state text, caught_up boolean, doorbell boolean, lag interval, pending_rows bigint,
    batches bigint, rows_read bigint, rows_changed bigint, rows_parked bigint, rows_per_s double precision, memory_bytes bigint,
    started_at timestamptz, last_batch_at timestamptz, last_error text, last_error_at timestamptz)
LANGUAGE c ROWS 1 AS 'MODULE_PATHNAME', 'live_link_wrapper';
COMMENT ON FUNCTION tandem.live_link(bigint, bigint) IS 'live state of a link''s worker; all NULL when there is none';

CREATE FUNCTION tandem.live_table(link_key bigint, shm_handle bigint, table_no integer)
RETURNS TABLE (
    rows_read bigint, rows_changed bigint, notifications bigint, copied_rows bigint, copied_bytes bigint,
    last_change_at timestamptz)
LANGUAGE c ROWS 1 AS 'MODULE_PATHNAME', 'live_table_wrapper';
COMMENT ON FUNCTION tandem.live_table(bigint, bigint, integer) IS 'live counters of one table of a link; all NULL when its worker is not there';

CREATE VIEW tandem.stat_link AS
SELECT l.link,
       CASE WHEN s.pid IS NOT NULL THEN s.state
            WHEN l.desired = 'running' THEN 'down'
            ELSE l.desired END AS state,
       l.desired,
       COALESCE(s.caught_up, false) AS caught_up,
       s.lag,
       s.pending_rows,
       s.rows_per_s,
       s.batches, s.rows_read, s.rows_changed, s.rows_parked,
       (SELECT count(*) FROM tandem.table_map m WHERE m.link = l.link) AS tables,
       (SELECT count(*) FROM tandem.table_map m WHERE m.link = l.link AND m.phase = 'live') AS tables_live,
       (SELECT count(*) FROM tandem.table_map m WHERE m.link = l.link AND m.phase = 'errored') AS tables_errored,
       (SELECT count(*) FROM tandem.parked_row p WHERE p.link = l.link) AS parked,
       s.doorbell, s.pid, s.memory_bytes, s.started_at, s.last_batch_at, s.last_error, s.last_error_at
FROM tandem.link l CROSS JOIN LATERAL tandem.live_link(l.link_key, l.shm_handle) s;
COMMENT ON VIEW tandem.stat_link IS 'one row per link: state, lag, rates, last error';
COMMENT ON COLUMN tandem.stat_link.state IS 'down, connecting, installing, backfill, catching_up, live, legacy_away, target_failing, paused or stopped';
COMMENT ON COLUMN tandem.stat_link.caught_up IS 'true when the newest batch left nothing pending';
COMMENT ON COLUMN tandem.stat_link.tables_errored IS 'tables set aside with an error, see tandem.stat_table; the others go on';
COMMENT ON COLUMN tandem.stat_link.lag IS 'age of the newest legacy state that is complete here; zero while caught up';
COMMENT ON COLUMN tandem.stat_link.memory_bytes IS 'memory that the worker has to itself now';
COMMENT ON COLUMN tandem.stat_link.pending_rows IS 'notifications waiting on the legacy server when last counted';

CREATE VIEW tandem.stat_binlog AS
SELECT b.link,
       CASE WHEN s.pid IS NULL THEN 'stopped' WHEN b.connected THEN 'reading' ELSE 'away' END AS state,
       b.base || '.' || lpad(b.read_file::text, GREATEST(6, length(b.read_file::text)), '0') AS file,
       b.read_offset AS "position",
       b.base || '.' || lpad(b.resume_file::text, GREATEST(6, length(b.resume_file::text)), '0') AS resume_file,
       b.resume_offset AS resume_position,
       b.event_at, b.pending_keys, b.prepared_branches, b.memory_bytes, b.saved_at
FROM tandem.binlog_state b JOIN tandem.link l USING (link) CROSS JOIN LATERAL tandem.live_link(l.link_key, l.shm_handle) s;
COMMENT ON VIEW tandem.stat_binlog IS 'one row per link that captures from the binary log: how far it has read; a second old at most while there is something to read';
COMMENT ON COLUMN tandem.stat_binlog.state IS 'reading, away or stopped';
COMMENT ON COLUMN tandem.stat_binlog.resume_position IS 'where reading would begin again; files from resume_file on must not be purged';
COMMENT ON COLUMN tandem.stat_binlog.event_at IS 'when the newest event that was read was written, by the legacy server''s clock';
COMMENT ON COLUMN tandem.stat_binlog.prepared_branches IS 'XA branches that are prepared and neither committed nor rolled back';

CREATE VIEW tandem.stat_table AS
SELECT m.link, m.table_no, m.source_table, m.target_schema, m.target_table, m.phase,
       s.notifications, s.rows_read, s.rows_changed, s.copied_rows, s.copied_bytes, s.last_change_at,
       (SELECT count(*) FROM tandem.parked_row p WHERE p.link = m.link AND p.table_no = m.table_no) AS parked,
       m.error, m.hint
FROM tandem.table_map m JOIN tandem.link l USING (link)
CROSS JOIN LATERAL tandem.live_table(l.link_key, l.shm_handle, m.table_no) s;
COMMENT ON VIEW tandem.stat_table IS 'one row per mapped table: phase and counters since the worker started';

CREATE VIEW tandem.progress AS
WITH copied AS (
    SELECT m.link, m.source_table, m.phase, m.estimated_rows, m.estimated_bytes, m.backfill_started_at, m.backfill_finished_at,
           COALESCE((SELECT sum(c.row_count) FROM tandem.chunk c
                     WHERE c.link = m.link AND c.table_no = m.table_no AND c.state = 'done'), 0)::bigint
               + CASE WHEN m.phase = 'backfill' THEN COALESCE(s.copied_rows, 0) ELSE 0 END AS rows_done,
           COALESCE((SELECT sum(c.byte_count) FROM tandem.chunk c
                     WHERE c.link = m.link AND c.table_no = m.table_no AND c.state = 'done'), 0)::bigint
               + CASE WHEN m.phase = 'backfill' THEN COALESCE(s.copied_bytes, 0) ELSE 0 END AS bytes_done,
           extract(epoch FROM COALESCE(m.backfill_finished_at, clock_timestamp()) - m.backfill_started_at) AS seconds
    FROM tandem.table_map m JOIN tandem.link l USING (link)
    CROSS JOIN LATERAL tandem.live_table(l.link_key, l.shm_handle, m.table_no) s
)
SELECT link, source_table, phase, rows_done,
       CASE WHEN backfill_finished_at IS NOT NULL THEN rows_done ELSE GREATEST(estimated_rows, rows_done) END AS rows_total,
       bytes_done,
       CASE WHEN seconds > 0 THEN round((rows_done / seconds)::numeric, 0) END AS rows_per_s,
       CASE WHEN backfill_finished_at IS NOT NULL THEN 100.0
            WHEN GREATEST(estimated_rows, rows_done) = 0 THEN 0.0
            ELSE round(100.0 * rows_done / GREATEST(estimated_rows, rows_done), 1) END AS percent,
       CASE WHEN backfill_finished_at IS NOT NULL THEN interval '0'
            WHEN rows_done > 0 AND seconds > 0
            THEN make_interval(secs => (GREATEST(estimated_rows - rows_done, 0) * seconds / rows_done)::double precision) END AS eta
FROM copied;
COMMENT ON VIEW tandem.progress IS 'the initial copy, table by table; totals are the legacy server''s estimates until a table is done';

CREATE VIEW tandem.parked AS
SELECT p.link, m.source_table, m.target_schema, m.target_table, p.key, p.column_name, p.code, p.message, p.legacy_row,
       p.attempts, p.first_seen, p.last_seen
FROM tandem.parked_row p JOIN tandem.table_map m USING (link, table_no);
COMMENT ON VIEW tandem.parked IS 'rows set aside with their error; they leave when the legacy row changes to one that fits';

CREATE FUNCTION tandem.waiting(outbox text)
RETURNS TABLE (notifications bigint, oldest_at timestamptz)
LANGUAGE c STRICT SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'waiting_wrapper';
COMMENT ON FUNCTION tandem.waiting(text) IS 'how many changes wait in an outbox here, and since when';

CREATE VIEW tandem.stat_reverse AS
SELECT r.link, m.source_table, m.target_schema, m.target_table, r.conflict AS conflict_policy,
       w.notifications AS pending_rows, COALESCE(clock_timestamp() - w.oldest_at, interval '0') AS lag,
       r.rows_sent, r.rows_equal, r.rows_refused, r.conflicts,
       (SELECT count(*) FROM tandem.not_representable_row n WHERE n.link = r.link AND n.table_no = r.table_no) AS not_representable,
       r.last_sent_at
FROM tandem.reverse_table r JOIN tandem.table_map m USING (link, table_no) CROSS JOIN LATERAL tandem.waiting(r.outbox) w;
COMMENT ON VIEW tandem.stat_reverse IS 'one row per table whose writes here go back to the legacy database: what waits, since when, and counters';

CREATE VIEW tandem.not_representable AS
SELECT n.link, m.source_table, m.target_schema, m.target_table, n.key, n.column_name, n.code, n.message, n.upgrade_row,
       n.attempts, n.since, n.last_seen
FROM tandem.not_representable_row n JOIN tandem.table_map m USING (link, table_no);
COMMENT ON VIEW tandem.not_representable IS 'rows here that the legacy table cannot hold and that were not sent; they leave when they can be, or are gone';

CREATE VIEW tandem.conflict AS
SELECT c.id, c.at, c.link, m.source_table, m.target_schema, m.target_table, c.kind, c.direction, c.resolution, c.key,
       c.legacy_row, c.upgrade_row
FROM tandem.conflict_log c JOIN tandem.table_map m USING (link, table_no) ORDER BY c.id;
COMMENT ON VIEW tandem.conflict IS 'rows that were changed on both sides, with both states and who won, oldest first';

CREATE VIEW tandem.event AS
SELECT id, at, link, severity, code, object, message, hint FROM tandem.event_log ORDER BY id;
COMMENT ON VIEW tandem.event IS 'what has happened to links and tables, oldest first';

CREATE VIEW tandem.in_doubt AS
SELECT COALESCE(d.link, s.link) AS link, COALESCE(d.branch, s.branch) AS branch,
       CASE WHEN d.branch IS NOT NULL THEN 'commit' ELSE s.decision END AS decision,
       COALESCE(d.decided_at, s.first_seen) AS since, s.last_seen, s.error
FROM (SELECT * FROM tandem.branch WHERE NOT settled AND decided_at < clock_timestamp() - interval '10 s') d
FULL JOIN (SELECT * FROM tandem.branch_seen WHERE last_seen > first_seen + interval '1 s') s ON s.branch = d.branch;
COMMENT ON VIEW tandem.in_doubt IS 'branches on legacy servers that have not been settled: prepared there, and the transaction here has ended; the link''s worker settles them when the legacy server answers';
COMMENT ON COLUMN tandem.in_doubt.decision IS 'what becomes of the branch: commit when the transaction has committed, else rollback';
