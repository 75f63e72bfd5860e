-- Requests to look at the chain again for one invoice.
CREATE TABLE verifications (
    id {uuid} NOT NULL,
    invoice_id {uuid} NOT NULL,
    network text NOT NULL,
    state text NOT NULL,
    attempts {int} NOT NULL,
    next_attempt_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    completed_at {int},
    result text,
    error text,
    CONSTRAINT verifications_pkey PRIMARY KEY (id),
    CONSTRAINT verifications_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT verifications_state_check CHECK (state IN ('queued', 'completed', 'failed'))
) {table};
CREATE INDEX verifications_invoice_idx ON verifications (invoice_id, id);
-- One at a time for an invoice.
CREATE UNIQUE INDEX verifications_open_key ON verifications (invoice_id) WHERE state = 'queued';
CREATE INDEX verifications_due_idx ON verifications (next_attempt_at, id) WHERE state = 'queued';
