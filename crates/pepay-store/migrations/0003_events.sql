-- The event log, in commit order, and the requests that were answered before.
CREATE TABLE events (
    seq {int} CONSTRAINT events_pkey PRIMARY KEY,
    at {int} NOT NULL,
    type text NOT NULL,
    merchant_id {int} NOT NULL,
    environment text NOT NULL,
    invoice_id {uuid} NOT NULL,
    customer_id text,
    request_id text,
    idempotency_key text,
    data text NOT NULL
) {rowid_table};
CREATE INDEX events_merchant_idx ON events (merchant_id, environment, seq);
CREATE INDEX events_invoice_idx ON events (invoice_id, seq);

-- The id follows insertion, so that the oldest keys are found without an index on their age. It may be given again
-- once every key is forgotten.
CREATE TABLE idempotency_keys (
    id {serial} CONSTRAINT idempotency_keys_pkey PRIMARY KEY,
    merchant_id {int} NOT NULL,
    environment text NOT NULL,
    endpoint text NOT NULL,
    key text NOT NULL,
    fingerprint {bytes} NOT NULL,
    created_at {int} NOT NULL,
    invoice_id {uuid},
    status {int},
    body text,
    CONSTRAINT idempotency_keys_outcome_check CHECK ((invoice_id IS NULL) <> (status IS NULL))
) {rowid_table};
CREATE UNIQUE INDEX idempotency_keys_key ON idempotency_keys (merchant_id, environment, endpoint, key);
