# From the top: rooms and desks go, phones and visits lose what they refer to.
DELETE FROM site WHERE id = 1;
# From the middle.
DELETE FROM room WHERE id = 20;
# Several parents at once, and by a join.
DELETE site FROM site JOIN visit ON visit.site = site.id WHERE visit.no IN (3, 4);
# What was rolled back did not happen.
BEGIN;
DELETE FROM site WHERE id = 2;
ROLLBACK;
