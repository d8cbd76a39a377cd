INSERT INTO item (name) VALUES ('third');
INSERT INTO item VALUES (20, 'far');
-- wait
-- until SELECT last_value = 20 FROM app.item_id_seq;
