CREATE TYPE :schema.mode AS ENUM ('off', 'busy', 'no_answer');
CREATE TABLE :schema.single (id int PRIMARY KEY, country text NOT NULL, mode :schema.mode, active boolean, price numeric(20,2), created_at timestamptz, born date,
    last_login_at timestamptz, amount numeric(20,2), options text[], ident uuid);
CREATE TABLE :schema.several (id int PRIMARY KEY, name text, shelf text, slot text, voicemail_on boolean, sends_mail boolean, plays_date boolean,
    forwarding jsonb, language text, volume int);
CREATE TABLE :schema.same (id int PRIMARY KEY, country text NOT NULL, cf_mode int, active text, price_cents bigint, created timestamp, born text, last_login bigint,
    amount text, options text[], ident bytea);
