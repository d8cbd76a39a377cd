CREATE TYPE :schema.directory AS ENUM ('company', 'private', 'own');
CREATE TABLE :schema.entry (directory :schema.directory, id int, owner int, name text NOT NULL, number text, PRIMARY KEY (directory, id));
INSERT INTO :schema.entry VALUES ('own', 1, 9, 'kept', NULL);
