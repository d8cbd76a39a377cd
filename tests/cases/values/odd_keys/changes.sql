UPDATE jap SET n = -1 WHERE HEX(k) = '8365';
UPDATE jap SET k = 'b' WHERE HEX(k) = '8540';
DELETE FROM jap WHERE HEX(k) = '8541';
DELETE FROM wide WHERE n >= 100;
UPDATE old SET k = 'zz' WHERE n = 101;
