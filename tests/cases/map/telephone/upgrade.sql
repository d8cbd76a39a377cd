CREATE TYPE :schema.handling AS ENUM ('normal', 'busy', 'absent');
CREATE TABLE :schema.switch (switch_id int PRIMARY KEY, name text NOT NULL UNIQUE, state text NOT NULL, features text[] NOT NULL, restarted_at timestamptz,
    site_code text NOT NULL, site text NOT NULL, city text NOT NULL);
CREATE TABLE :schema.person (person_id bigint PRIMARY KEY, login text NOT NULL UNIQUE, name text NOT NULL, budget numeric(9,2), since timestamptz NOT NULL);
CREATE TABLE :schema.extension (person_id bigint PRIMARY KEY REFERENCES :schema.person, switch_id int NOT NULL REFERENCES :schema.switch, number text NOT NULL,
    UNIQUE (switch_id, number));
CREATE TABLE :schema.desk (person_id bigint PRIMARY KEY REFERENCES :schema.person, switch_id int NOT NULL REFERENCES :schema.switch);
CREATE TABLE :schema.phone_setting (person_id bigint PRIMARY KEY REFERENCES :schema.person, mode :schema.handling NOT NULL, ring_tone text NOT NULL,
    number_hidden boolean NOT NULL, notify_mail boolean NOT NULL, notify_app boolean NOT NULL, notify_lamp boolean NOT NULL, handling jsonb NOT NULL);
CREATE TABLE :schema.voicemail (person_id bigint PRIMARY KEY REFERENCES :schema.person, switched_on boolean NOT NULL, waiting boolean NOT NULL,
    last_message_at timestamptz);
CREATE TABLE :schema.directory (scope text, owner bigint, entry bigint, name text NOT NULL, number text NOT NULL, PRIMARY KEY (scope, owner, entry));
