-- Who accepts payments, with which keys, and where their money goes.
CREATE TABLE merchants (
    id {serial} CONSTRAINT merchants_pkey PRIMARY KEY{autoincrement},
    name text NOT NULL,
    email text NOT NULL,
    current_environment text NOT NULL,
    mainnet_status text NOT NULL,
    mainnet_since {int},
    access_key_hash {bytes},
    settlement_preference text NOT NULL,
    settlement_token {int},
    tolerance_bps {int} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT merchants_mainnet_status_check CHECK (mainnet_status IN ('none', 'granted', 'active')),
    CONSTRAINT merchants_tolerance_check CHECK (tolerance_bps BETWEEN 0 AND 10000)
) {rowid_table};

CREATE TABLE api_keys (
    id {uuid} NOT NULL,
    merchant_id {int} NOT NULL,
    hash {bytes} NOT NULL,
    name text NOT NULL,
    environment text NOT NULL,
    permission text NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int},
    last_used_at {int},
    revoked_at {int},
    revoked_reason text,
    suspended {bool} NOT NULL,
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_merchant_fkey FOREIGN KEY (merchant_id) REFERENCES merchants (id)
) {table};
CREATE UNIQUE INDEX api_keys_hash_key ON api_keys (hash);
CREATE INDEX api_keys_merchant_idx ON api_keys (merchant_id, environment, id);

CREATE TABLE wallets (
    id {serial} CONSTRAINT wallets_pkey PRIMARY KEY{autoincrement},
    merchant_id {int} NOT NULL,
    network text NOT NULL,
    address {bytes} NOT NULL,
    active {bool} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT wallets_merchant_fkey FOREIGN KEY (merchant_id) REFERENCES merchants (id)
) {rowid_table};
CREATE UNIQUE INDEX wallets_address_key ON wallets (merchant_id, network, address);
CREATE UNIQUE INDEX wallets_active_key ON wallets (merchant_id, network) WHERE active;

CREATE TABLE token_blocks (
    merchant_id {int} NOT NULL,
    token_id {int} NOT NULL,
    CONSTRAINT token_blocks_pkey PRIMARY KEY (merchant_id, token_id),
    CONSTRAINT token_blocks_merchant_fkey FOREIGN KEY (merchant_id) REFERENCES merchants (id)
) {table};
