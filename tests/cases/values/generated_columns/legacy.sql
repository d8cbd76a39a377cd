CREATE TABLE item (id INT NOT NULL PRIMARY KEY, price DECIMAL(8,2) NOT NULL, n INT NOT NULL,
    total DECIMAL(12,2) GENERATED ALWAYS AS (price * n) STORED,
    v_total DECIMAL(12,2) AS (price * n) VIRTUAL,
    name VARCHAR(20), upper_name VARCHAR(20) AS (UPPER(name)) VIRTUAL,
    check_sum BIGINT AS (CRC32(name)) STORED,
    KEY item_total (v_total));
INSERT INTO item (id, price, n, name) VALUES (1, 1.50, 3, 'small'), (2, 0.01, 0, NULL);
