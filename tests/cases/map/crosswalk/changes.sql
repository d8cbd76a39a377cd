INSERT INTO customer VALUES (9, 'nine');
INSERT INTO invoice VALUES (4, 30, 9, 1);
INSERT INTO customer VALUES (30, 'thirty');
UPDATE invoice SET customer_id = 1 WHERE id = 1;
UPDATE customer SET id = 3 WHERE id = 2;
DELETE FROM item WHERE id = 1;
DELETE FROM customer WHERE id = 1;
-- wait
-- verify
INSERT INTO customer VALUES (1, 'one again');
INSERT INTO item VALUES (5, 4, 'c');
