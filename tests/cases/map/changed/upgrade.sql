CREATE TABLE :schema.item (id int PRIMARY KEY, label text NOT NULL, kind text);
CREATE TABLE :schema.kind (code text PRIMARY KEY, name text NOT NULL);
