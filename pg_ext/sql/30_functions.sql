-- The operator's verbs.

-- A low estimate, so that the planner looks rows up by their key: with a thousand it reads a whole table of 50,000 rows to apply five.
CREATE FUNCTION tandem.batch() RETURNS SETOF record
LANGUAGE c VOLATILE ROWS 10 AS 'MODULE_PATHNAME', 'batch_wrapper';
COMMENT ON FUNCTION tandem.batch() IS 'rows that a worker is applying; empty everywhere else';

CREATE FUNCTION tandem.scaffold(link text, schema text)
RETURNS TABLE (kind text, object text, note text)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'scaffold_wrapper';
COMMENT ON FUNCTION tandem.scaffold(text, text) IS 'creates tables like those of the legacy database and a one-to-one mapping; lists what it made and what cannot come over';

CREATE FUNCTION tandem.map(link text, document jsonb)
RETURNS TABLE (source_table text, action text)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'map_wrapper';
COMMENT ON FUNCTION tandem.map(text, jsonb) IS 'checks a mapping document and stores it as the link''s next version; tables whose maps differ are copied or compared again';

CREATE FUNCTION tandem.mapping(link text) RETURNS jsonb
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'mapping_wrapper';
COMMENT ON FUNCTION tandem.mapping(text) IS 'the mapping document of a link';

CREATE FUNCTION tandem.explain(link text, table_name text)
RETURNS TABLE (stage text, line text)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'explain_wrapper';
COMMENT ON FUNCTION tandem.explain(text, text) IS 'the compiled plan of a legacy table: what is read, how each column comes about, the statements of each stage';

CREATE FUNCTION tandem.translate(link text, source_table text, "row" jsonb, direction text DEFAULT 'up')
RETURNS TABLE (table_name text, translated jsonb)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'translate_wrapper';
COMMENT ON FUNCTION tandem.translate(text, text, jsonb, text) IS 'what one row becomes: up, a legacy row in the tables here; down, a row here on the legacy server';

CREATE FUNCTION tandem.check(link text)
RETURNS TABLE (severity text, code text, object text, message text, hint text)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'check_wrapper';
COMMENT ON FUNCTION tandem.check(text) IS 'finds everything at once that stands in the way of a link';

CREATE FUNCTION tandem.start(link text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'start_wrapper';
COMMENT ON FUNCTION tandem.start(text) IS 'checks the link, then copies the legacy database and keeps it in step';

CREATE FUNCTION tandem.pause(link text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'pause_wrapper';
COMMENT ON FUNCTION tandem.pause(text) IS 'stops applying; changes go on being captured';

CREATE FUNCTION tandem.resume(link text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'resume_wrapper';
COMMENT ON FUNCTION tandem.resume(text) IS 'goes on after tandem.pause';

CREATE FUNCTION tandem.stop(link text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'stop_wrapper';
COMMENT ON FUNCTION tandem.stop(text) IS 'ends the link''s worker; changes go on being captured';

CREATE FUNCTION tandem.wait(link text, timeout interval DEFAULT '1 minute') RETURNS boolean
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'wait_wrapper';
COMMENT ON FUNCTION tandem.wait(text, interval) IS 'returns true when everything committed on the legacy server before the call is visible here, false with a warning when that is so but for tables set aside with an error; fails after the timeout';

CREATE FUNCTION tandem.wait(link text, seconds double precision) RETURNS boolean
LANGUAGE sql STRICT AS $$ SELECT tandem.wait(link, pg_catalog.make_interval(secs => seconds)) $$;
COMMENT ON FUNCTION tandem.wait(text, double precision) IS 'as tandem.wait(text, interval), with the timeout in seconds';

CREATE FUNCTION tandem.wait(link text, timeout text) RETURNS boolean
LANGUAGE sql STRICT AS $$ SELECT tandem.wait(link, timeout::pg_catalog.interval) $$;
COMMENT ON FUNCTION tandem.wait(text, text) IS 'as tandem.wait(text, interval), with the timeout as text';

CREATE FUNCTION tandem.verify(link text)
RETURNS TABLE (table_name text, key jsonb, kind text, legacy jsonb, upgrade jsonb)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'verify_wrapper';
COMMENT ON FUNCTION tandem.verify(text) IS 'compares both sides exactly, each in one snapshot, and returns the rows that differ';

CREATE FUNCTION tandem.resync(link text, table_name text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'resync_wrapper';
COMMENT ON FUNCTION tandem.resync(text, text) IS 'compares one table and mends what differs';

CREATE FUNCTION tandem.refresh(link text, table_name text, keep_dropped boolean DEFAULT false)
RETURNS TABLE (change text, statement text)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'refresh_wrapper';
COMMENT ON FUNCTION tandem.refresh(text, text, boolean) IS 'adopts what has changed in a legacy table: alters the table here, renews the map, then the table is compared and goes on';

CREATE FUNCTION tandem.policy(link text, code text, policy text, table_name text DEFAULT NULL, column_name text DEFAULT NULL)
RETURNS TABLE (source_table text, source_column text)
LANGUAGE c AS 'MODULE_PATHNAME', 'policy_wrapper';
COMMENT ON FUNCTION tandem.policy(text, text, text, text, text) IS 'sets what happens to values that a column here cannot hold: park the row, or store NULL, -infinity or the text without NUL; returns the columns that changed';

CREATE FUNCTION tandem.route(link text, table_name text, route text, columns text[] DEFAULT NULL, row_filter text DEFAULT NULL,
    role text DEFAULT NULL, setting text DEFAULT NULL, away text DEFAULT 'error', commit text DEFAULT 'two_phase') RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'route_wrapper';
COMMENT ON FUNCTION tandem.route(text, text, text, text[], text, text, text, text, text) IS 'says what happens to writes on this side to a mapped table, or to some columns, rows or sessions of it: local, exception, reverse; NULL takes an exception from the rule away';

CREATE FUNCTION tandem.settle(link text, branch text DEFAULT NULL, action text DEFAULT NULL)
RETURNS TABLE (settled_branch text, settled_action text, outcome text)
LANGUAGE c AS 'MODULE_PATHNAME', 'settle_wrapper';
COMMENT ON FUNCTION tandem.settle(text, text, text) IS 'settles the branches that are in doubt on the legacy server now, or ends the one that is named as the operator says: commit or rollback';

CREATE FUNCTION tandem.exception() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'exception_wrapper';
COMMENT ON FUNCTION tandem.exception() IS 'trigger of tables with route exception: writes the row to the legacy database first';

CREATE FUNCTION tandem.notify() RETURNS trigger
LANGUAGE c SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'notify_wrapper';
COMMENT ON FUNCTION tandem.notify() IS 'trigger of tables with route reverse: notes the keys of the rows that a statement touched';

CREATE FUNCTION tandem.conflict_policy(link text, table_name text, policy text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'conflict_policy_wrapper';
COMMENT ON FUNCTION tandem.conflict_policy(text, text, text) IS 'says who wins when a row of a table with route reverse was changed on both sides: legacy_wins (the default) or upgrade_wins';

CREATE FUNCTION tandem.unmap(link text, table_name text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'unmap_wrapper';
COMMENT ON FUNCTION tandem.unmap(text, text) IS 'takes a table out of a stopped link''s mapping; the table here stays as it is';

CREATE FUNCTION tandem.uninstall(link text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'uninstall_wrapper';
COMMENT ON FUNCTION tandem.uninstall(text) IS 'removes everything of the link from both servers; the copied tables stay';

CREATE FUNCTION tandem.legacy_script(link text) RETURNS SETOF text
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'legacy_script_wrapper';
COMMENT ON FUNCTION tandem.legacy_script(text) IS 'the statements that install the link on the legacy server, for a DBA who wants to run them';

CREATE FUNCTION tandem.mapping_schema() RETURNS jsonb
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mapping_schema_wrapper';
COMMENT ON FUNCTION tandem.mapping_schema() IS 'the JSON Schema of the mapping document';

CREATE FUNCTION tandem.version() RETURNS text
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'version_wrapper';
COMMENT ON FUNCTION tandem.version() IS 'version of the extension''s library';
