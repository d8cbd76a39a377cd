UPDATE item SET n = 10 WHERE id = 1;
# Nothing changes, so the server does not touch the times.
UPDATE item SET n = 2 WHERE id = 2;
