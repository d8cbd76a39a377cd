ALTER TABLE price ALTER COLUMN fewer TYPE numeric(8,2);
