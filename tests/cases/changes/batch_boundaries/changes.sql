INSERT INTO t VALUES (1, 9), (2, 9), (3, 9), (4, 9), (5, 9), (6, 9), (7, 9), (8, 9), (9, 9);
-- wait
-- verify
INSERT INTO t VALUES (10, 10), (11, 10), (12, 10), (13, 10), (14, 10), (15, 10), (16, 10), (17, 10), (18, 10), (19, 10);
-- wait
-- verify
INSERT INTO t VALUES (20, 11), (21, 11), (22, 11), (23, 11), (24, 11), (25, 11), (26, 11), (27, 11), (28, 11), (29, 11), (30, 11);
-- wait
-- verify
INSERT INTO t VALUES (31, 19), (32, 19), (33, 19), (34, 19), (35, 19), (36, 19), (37, 19), (38, 19), (39, 19), (40, 19), (41, 19), (42, 19), (43, 19), (44, 19), (45, 19), (46, 19), (47, 19), (48, 19), (49, 19);
-- wait
-- verify
INSERT INTO t VALUES (50, 20), (51, 20), (52, 20), (53, 20), (54, 20), (55, 20), (56, 20), (57, 20), (58, 20), (59, 20), (60, 20), (61, 20), (62, 20), (63, 20), (64, 20), (65, 20), (66, 20), (67, 20), (68, 20), (69, 20);
-- wait
-- verify
INSERT INTO t VALUES (70, 21), (71, 21), (72, 21), (73, 21), (74, 21), (75, 21), (76, 21), (77, 21), (78, 21), (79, 21), (80, 21), (81, 21), (82, 21), (83, 21), (84, 21), (85, 21), (86, 21), (87, 21), (88, 21), (89, 21), (90, 21);
-- wait
-- verify
INSERT INTO t VALUES (91, 1);
-- wait
-- verify
# Two tables, of which the first fills a batch.
BEGIN;
UPDATE t SET v = 0 WHERE id <= 10;
INSERT INTO u VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1), (8, 1), (9, 1), (10, 1);
COMMIT;
-- wait
-- verify
# Each row twice: a batch holds notifications, and rows are fewer.
BEGIN;
UPDATE u SET v = 2;
UPDATE u SET v = 3;
DELETE FROM t WHERE id BETWEEN 11 AND 20;
COMMIT;
