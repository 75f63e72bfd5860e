-- What was read on the chains, and what of it pays an invoice.
CREATE TABLE transfers (
    id {uuid} NOT NULL,
    invoice_id {uuid} NOT NULL,
    network text NOT NULL,
    block_number {int} NOT NULL,
    block_hash {bytes} NOT NULL,
    block_time {int} NOT NULL,
    log_index {int},
    tx_hash text,
    asset {bytes} NOT NULL,
    from_address {bytes},
    to_address {bytes} NOT NULL,
    units text NOT NULL,
    token_id {int},
    payment_id {uuid},
    refusal text,
    detected_at {int} NOT NULL,
    withdrawn_at {int},
    CONSTRAINT transfers_pkey PRIMARY KEY (id),
    CONSTRAINT transfers_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT transfers_verdict_check CHECK ((payment_id IS NULL) <> (refusal IS NULL))
) {table};
-- A block read twice gives each transfer once. A balance that grew by itself has no transaction and no log.
CREATE UNIQUE INDEX transfers_anchor_key
    ON transfers (network, block_hash, to_address, coalesce(tx_hash, ''), coalesce(log_index, -1));
CREATE INDEX transfers_invoice_idx ON transfers (invoice_id, id);
CREATE INDEX transfers_block_idx ON transfers (network, block_number) WHERE withdrawn_at IS NULL;
CREATE INDEX transfers_withdrawn_idx ON transfers (network, tx_hash) WHERE withdrawn_at IS NOT NULL;
CREATE INDEX transfers_to_idx ON transfers (to_address, network);

CREATE TABLE payments (
    id {uuid} NOT NULL,
    invoice_id {uuid} NOT NULL,
    network text NOT NULL,
    token_id {int} NOT NULL,
    block_number {int} NOT NULL,
    block_hash {bytes} NOT NULL,
    block_time {int} NOT NULL,
    log_index {int},
    tx_hash text,
    asset {bytes} NOT NULL,
    from_address {bytes},
    to_address {bytes} NOT NULL,
    units text NOT NULL,
    quote_id {uuid} NOT NULL,
    rate text NOT NULL,
    value {int} NOT NULL,
    -- The block that makes it deep enough; null when it waits for the chain's own finality.
    deep_at_block {int},
    depth_blocks {int},
    standing text,
    status text NOT NULL,
    reverted {bool} NOT NULL,
    first_seen_at {int} NOT NULL,
    confirmed_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    CONSTRAINT payments_pkey PRIMARY KEY (id),
    CONSTRAINT payments_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT payments_depth_check CHECK ((deep_at_block IS NULL) = (depth_blocks IS NULL))
) {table};
CREATE INDEX payments_invoice_idx ON payments (invoice_id, id);
CREATE INDEX payments_deep_idx ON payments (network, deep_at_block)
    WHERE confirmed_at IS NULL AND NOT reverted AND deep_at_block IS NOT NULL;
CREATE INDEX payments_final_idx ON payments (network, block_number)
    WHERE confirmed_at IS NULL AND NOT reverted AND deep_at_block IS NULL;

CREATE TABLE chain_blocks (
    network text NOT NULL,
    number {int} NOT NULL,
    hash {bytes} NOT NULL,
    parent {bytes} NOT NULL,
    time {int} NOT NULL,
    CONSTRAINT chain_blocks_pkey PRIMARY KEY (network, number)
) {table};

CREATE TABLE chain_cursors (
    network text NOT NULL,
    number {int} NOT NULL,
    hash {bytes} NOT NULL,
    parent {bytes} NOT NULL,
    time {int} NOT NULL,
    finalized {int} NOT NULL,
    updated_at {int} NOT NULL,
    CONSTRAINT chain_cursors_pkey PRIMARY KEY (network)
) {table};

CREATE TABLE leases (
    name text NOT NULL,
    owner text NOT NULL,
    expires_at {int} NOT NULL,
    CONSTRAINT leases_pkey PRIMARY KEY (name)
) {table};
