ALTER TABLE shirt DROP CONSTRAINT shirt_as_text_check, ALTER COLUMN as_text TYPE text USING NULL;
