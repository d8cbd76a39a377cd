UPDATE item SET name = 'second' WHERE my_row_id = 2;
DELETE FROM item WHERE name = 'one';
INSERT INTO item VALUES ('three');
