UPDATE customer JOIN orders ON orders.customer = customer.id
    SET orders.done = TRUE, customer.total = customer.total + 1, orders.amount = orders.amount * 10 WHERE customer.name IN ('ann', 'bob');
# The statement updates both sides of a join of a table with itself.
UPDATE line AS one JOIN line AS two ON one.orders = two.orders AND one.no = 1 AND two.no = 2 SET one.text = two.text, two.text = 'was b';
DELETE orders, line FROM orders JOIN line ON line.orders = orders.id WHERE orders.id = 12;
DELETE FROM line USING line LEFT JOIN orders ON orders.id = line.orders WHERE orders.amount = 13;
