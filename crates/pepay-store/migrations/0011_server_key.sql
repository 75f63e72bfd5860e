-- Which server key the sealed columns and derived credentials are of: a node that has another one does not start.
CREATE TABLE server_key (
    id {int} NOT NULL,
    fingerprint {bytes} NOT NULL,
    since {int} NOT NULL,
    CONSTRAINT server_key_pkey PRIMARY KEY (id),
    CONSTRAINT server_key_only_check CHECK (id = 1)
) {table};
