-- Tandem's own schema: a member of the extension, so that DROP EXTENSION leaves nothing behind.

CREATE SCHEMA tandem;
COMMENT ON SCHEMA tandem IS 'links to legacy databases: verbs, views and what Tandem remembers';

-- The foreign data wrapper that links are servers of.

CREATE FUNCTION tandem.option_validator(options text[], catalog oid) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'option_validator_wrapper';
COMMENT ON FUNCTION tandem.option_validator(text[], oid) IS 'checks the options of a server or user mapping of Tandem';

CREATE FOREIGN DATA WRAPPER tandem NO HANDLER VALIDATOR tandem.option_validator;
COMMENT ON FOREIGN DATA WRAPPER tandem IS 'links to legacy MySQL and MariaDB databases';
