-- Nobody but a superuser works a link; monitoring may look.

REVOKE ALL ON SCHEMA tandem FROM PUBLIC;
GRANT USAGE ON SCHEMA tandem TO pg_monitor;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA tandem FROM PUBLIC;
GRANT SELECT ON tandem.stat_link, tandem.stat_binlog, tandem.stat_table, tandem.progress, tandem.parked, tandem.event, tandem.stat_reverse,
    tandem.not_representable, tandem.conflict, tandem.in_doubt TO pg_monitor;
GRANT EXECUTE ON FUNCTION tandem.waiting(text) TO pg_monitor;
GRANT EXECUTE ON FUNCTION tandem.version() TO pg_monitor;
GRANT EXECUTE ON FUNCTION tandem.live_link(bigint, bigint) TO pg_monitor;
GRANT EXECUTE ON FUNCTION tandem.live_table(bigint, bigint, integer) TO pg_monitor;
