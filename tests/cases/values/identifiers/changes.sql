UPDATE `Order` SET `a.b` = 'two', `$1` = 88, `%s` = 77 WHERE `Select` = 1;
UPDATE `Order` SET `back``tick` = 33 WHERE `Select` = 1;
INSERT INTO `db.table` VALUES (2, 'b');
DELETE FROM `it's "quoted"` WHERE `1` = 1;
INSERT INTO `it's "quoted"` VALUES (2, 'x,y');
INSERT INTO `ÄÖÜ` VALUES (2);
UPDATE `éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé` SET `éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé` = 2;
