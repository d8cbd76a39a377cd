-- Sakila as somebody would design it for PostgreSQL: fewer tables, whole names, real types.
CREATE SCHEMA app;
CREATE TYPE app.rating AS ENUM ('G', 'PG', 'PG-13', 'R', 'NC-17');
CREATE TABLE app.place (place_id int PRIMARY KEY, street text NOT NULL, district text NOT NULL, postal_code text, phone text, city text, country text);
CREATE TABLE app.actor (actor_id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE app.customer (customer_id int PRIMARY KEY, name text NOT NULL, email text, place_id int REFERENCES app.place, store_id int NOT NULL,
    since timestamp NOT NULL, newsletter boolean DEFAULT false);
CREATE TABLE app.blocked_customer (customer_id int PRIMARY KEY, email text);
CREATE TABLE app.film (film_id int PRIMARY KEY, title text NOT NULL, description text, year int, language text, minutes int, rating app.rating,
    features text[] NOT NULL, tags text[]);
CREATE TABLE app.film_price (film_id int PRIMARY KEY, rental_days int NOT NULL, rate numeric NOT NULL, replacement numeric NOT NULL);
CREATE TABLE app.film_actor (film_id int, actor_id int, PRIMARY KEY (film_id, actor_id));
CREATE TABLE app.film_category (film_id int, category_id int, category text, PRIMARY KEY (film_id, category_id));
CREATE TABLE app.copy (copy_id int PRIMARY KEY, film_id int NOT NULL, store_id int NOT NULL);
CREATE TABLE app.employee (employee_id int PRIMARY KEY, name text NOT NULL, login text NOT NULL, picture bytea, place_id int);
CREATE TABLE app.store (store_id int PRIMARY KEY, manager_id int NOT NULL, place_id int NOT NULL);
CREATE TABLE app.rental (rental_id int PRIMARY KEY, copy_id int NOT NULL, customer_id int NOT NULL, employee_id int NOT NULL, period tsrange NOT NULL);
CREATE TABLE app.payment (payment_id int PRIMARY KEY, customer_id int NOT NULL, rental_id int, amount numeric NOT NULL, paid_on date NOT NULL);
