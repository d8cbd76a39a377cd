CREATE TABLE :schema.address (
    address_id bigint PRIMARY KEY,
    line text NOT NULL,
    phone text,
    city text,
    country text,
    place text,
    note text);
