-- What is asked, at which price, and to which address.
CREATE TABLE invoices (
    id {uuid} NOT NULL,
    merchant_id {int} NOT NULL,
    environment text NOT NULL,
    amount {int} NOT NULL,
    tolerance_bps {int} NOT NULL,
    description text,
    customer_id text,
    metadata text,
    title text,
    footer text,
    customer_email text,
    payment_return_url text,
    payment_return_url_enabled {bool} NOT NULL,
    receiver_override {bytes},
    questions text,
    responses text,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    status text NOT NULL,
    ended_at {int},
    amount_paid {int} NOT NULL,
    lock_network text,
    lock_token {int},
    lock_address {bytes},
    late {bool} NOT NULL,
    payer_address {bytes},
    payer_network text,
    last_payment_at {int},
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_merchant_fkey FOREIGN KEY (merchant_id) REFERENCES merchants (id),
    CONSTRAINT invoices_amount_check CHECK (amount > 0 AND amount_paid >= 0),
    CONSTRAINT invoices_ended_check CHECK ((ended_at IS NULL) = (status IN ('unpaid', 'underpaid')))
) {table};
-- Ids carry their creation time (UUID version 7), so every list is ordered by id.
CREATE INDEX invoices_list_idx ON invoices (merchant_id, environment, id);
-- Lists by status and by customer, and totals without touching the table.
CREATE INDEX invoices_status_idx ON invoices (merchant_id, environment, status, id, amount);
CREATE INDEX invoices_customer_idx ON invoices (merchant_id, environment, customer_id, id, status, amount)
    WHERE customer_id IS NOT NULL;
CREATE INDEX invoices_payer_idx ON invoices (merchant_id, environment, payer_address, payer_network, id)
    WHERE payer_address IS NOT NULL;
-- Open invoices by their end, for expiry.
CREATE INDEX invoices_due_idx ON invoices (expires_at, id) WHERE ended_at IS NULL;

CREATE TABLE deposits (
    address {bytes} NOT NULL,
    network text NOT NULL,
    invoice_id {uuid} NOT NULL,
    receiver {bytes} NOT NULL,
    version {int} NOT NULL,
    native {bool} NOT NULL,
    CONSTRAINT deposits_pkey PRIMARY KEY (address, network),
    CONSTRAINT deposits_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) {table};
CREATE INDEX deposits_invoice_idx ON deposits (invoice_id, network, address);
-- Addresses whose balance of the chain's own coin is watched.
CREATE INDEX deposits_native_idx ON deposits (network, address) WHERE native;

CREATE TABLE quotes (
    id {uuid} NOT NULL,
    invoice_id {uuid} NOT NULL,
    network text NOT NULL,
    token_id {int} NOT NULL,
    usd {int} NOT NULL,
    units text NOT NULL,
    rate text NOT NULL,
    source text NOT NULL,
    created_at {int} NOT NULL,
    valid_until {int} NOT NULL,
    CONSTRAINT quotes_pkey PRIMARY KEY (id),
    CONSTRAINT quotes_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id)
) {table};
CREATE INDEX quotes_invoice_idx ON quotes (invoice_id, id);
