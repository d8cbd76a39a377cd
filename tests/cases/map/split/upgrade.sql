CREATE TABLE :schema.person (person_id bigint PRIMARY KEY, name text NOT NULL, since timestamp NOT NULL, source text NOT NULL);
CREATE TABLE :schema.extension (person_id bigint PRIMARY KEY, number text NOT NULL UNIQUE);
CREATE TABLE :schema.phone_setting (person_id bigint PRIMARY KEY, ring_tone smallint NOT NULL);
