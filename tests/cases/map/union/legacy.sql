CREATE TABLE company_directory (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, number VARCHAR(20));
CREATE TABLE private_directory (id INT PRIMARY KEY, owner INT NOT NULL, name VARCHAR(40) NOT NULL, number VARCHAR(20));
INSERT INTO company_directory VALUES (1, 'Front desk', '0'), (2, 'Canteen', '22');
INSERT INTO private_directory VALUES (1, 7, 'Mum', '555'), (2, 7, 'Dentist', '556');
