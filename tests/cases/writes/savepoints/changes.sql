-- upgrade
SELECT tandem.route(':link', 'item', 'exception');
BEGIN;
INSERT INTO item VALUES (10, 1);
SAVEPOINT a;
INSERT INTO item VALUES (11, 1);
SAVEPOINT b;
INSERT INTO item VALUES (12, 1);
ROLLBACK TO SAVEPOINT b;
INSERT INTO item VALUES (13, 1);
RELEASE SAVEPOINT b;
INSERT INTO item VALUES (14, 1);
ROLLBACK TO SAVEPOINT a;
INSERT INTO item VALUES (15, 1);
UPDATE item SET v = 2 WHERE id = 10;
RELEASE SAVEPOINT a;
SAVEPOINT c;
SAVEPOINT d;
SAVEPOINT e;
INSERT INTO item VALUES (16, 1);
ROLLBACK TO SAVEPOINT c;
COMMIT;
DELIMITER //
DO $$
BEGIN
    FOR i IN 20..29 LOOP
        BEGIN
            INSERT INTO item VALUES (i, 1);
            BEGIN
                UPDATE item SET v = i WHERE id = i;
                IF i % 2 = 0 THEN RAISE EXCEPTION 'even'; END IF;
            EXCEPTION WHEN raise_exception THEN NULL;
            END;
            IF i % 5 = 0 THEN RAISE EXCEPTION 'fifth'; END IF;
        EXCEPTION WHEN raise_exception THEN NULL;
        END;
    END LOOP;
    BEGIN
        INSERT INTO item VALUES (1, 1);
    EXCEPTION WHEN unique_violation THEN
        UPDATE item SET v = v + 1 WHERE id = 1;
    END;
END $$//
DELIMITER ;
BEGIN;
SAVEPOINT a;
INSERT INTO item VALUES (40, 1);
ROLLBACK TO SAVEPOINT a;
COMMIT;
-- wait
-- verify
