CREATE TABLE country (country_id INT PRIMARY KEY, country VARCHAR(50) NOT NULL);
CREATE TABLE city (city_id INT PRIMARY KEY, city VARCHAR(50) NOT NULL, country_id INT,
    FOREIGN KEY (country_id) REFERENCES country (country_id) ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE address (address_id INT PRIMARY KEY AUTO_INCREMENT, address VARCHAR(50) NOT NULL, city_id INT, phone VARCHAR(20) NOT NULL DEFAULT '', KEY (city_id));
INSERT INTO country VALUES (1, 'Italy'), (2, 'France');
INSERT INTO city VALUES (10, 'Rome', 1), (11, 'Milan', 1), (20, 'Paris', 2);
INSERT INTO address (address, city_id, phone) VALUES ('Via Appia 1', 10, '06 1'), ('Via Dante 2', 11, ''), ('Rue de Rivoli 3', 20, '01 3'), ('Nowhere 4', NULL, '');
