CREATE TABLE member (name VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY, mail VARCHAR(20) COLLATE utf8mb4_general_ci, code VARCHAR(20) COLLATE utf8mb4_bin,
    UNIQUE KEY member_mail (mail), UNIQUE KEY member_code (code));
INSERT INTO member VALUES ('ann', 'a@x', 'a'), ('bob', 'b@x', 'A'), ('Cid', 'é@x', 'b');
