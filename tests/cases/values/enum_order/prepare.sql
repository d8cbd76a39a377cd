CREATE TYPE size_of_all AS ENUM ('xl', 'l', 'm', 's');
ALTER TABLE shirt ALTER COLUMN size TYPE size_of_all USING NULL;
