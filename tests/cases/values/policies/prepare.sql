SELECT * FROM tandem.policy(':link', 'zero_date', 'null');
SELECT * FROM tandem.policy(':link', 'zero_date', 'minus_infinity', 'happening', 'seen');
SELECT * FROM tandem.policy(':link', 'not_a_label', 'null', 'happening');
SELECT * FROM tandem.policy(':link', 'nul_in_text', 'remove', column_name => 'words');
-- error 22023
SELECT * FROM tandem.policy(':link', 'nul_in_text', 'minus_infinity');
-- error 22023
SELECT * FROM tandem.policy(':link', 'zero_date', 'null', 'happening', 'words');
-- error 22023
SELECT * FROM tandem.policy(':link', 'zero', 'null');
-- error 42704
SELECT * FROM tandem.policy(':link', 'zero_date', 'null', 'nothing');
