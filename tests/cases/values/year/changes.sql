# Two digits are a year of this century or the last.
INSERT INTO wine VALUES (6, '0'), (7, 69), (8, 70);
UPDATE wine SET vintage = '0000' WHERE id = 3;
