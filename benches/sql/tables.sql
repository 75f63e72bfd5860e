-- What the two scripts beside this one write to, in a database that the program migrated.
CREATE TABLE bench_invoices (LIKE invoices INCLUDING ALL);
CREATE SEQUENCE bench_ids CACHE 1000;
CREATE TABLE bench_rows (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, data text NOT NULL);
