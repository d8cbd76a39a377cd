ALTER TABLE code ALTER COLUMN fixed TYPE character(5);
