-- What a mapping needs to remember.

CREATE TABLE tandem.crosswalk (
    link text NOT NULL REFERENCES tandem.link ON DELETE CASCADE,
    table_no integer NOT NULL,
    legacy_key text NOT NULL,
    upgrade_key bigint NOT NULL,
    PRIMARY KEY (link, table_no, legacy_key)
);
CREATE INDEX crosswalk_upgrade_key ON tandem.crosswalk (upgrade_key, link, table_no);
COMMENT ON TABLE tandem.crosswalk IS 'keys that this database handed out for rows of legacy tables: one row per legacy key';
COMMENT ON COLUMN tandem.crosswalk.table_no IS 'the table whose key it is, within the link';
COMMENT ON COLUMN tandem.crosswalk.legacy_key IS 'the key on the legacy server, as text';
COMMENT ON COLUMN tandem.crosswalk.upgrade_key IS 'the key here, from the target table''s own sequence';

CREATE TABLE tandem.mapping_version (
    link text NOT NULL REFERENCES tandem.link ON DELETE CASCADE,
    version integer NOT NULL,
    hash text NOT NULL,
    document jsonb NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by text NOT NULL DEFAULT session_user,
    PRIMARY KEY (link, version)
);
COMMENT ON TABLE tandem.mapping_version IS 'every mapping document that a link has had, newest last';
COMMENT ON COLUMN tandem.mapping_version.hash IS 'SHA-256 of the document as jsonb prints it, in hexadecimal digits';
