-- People who sign in, what they may do and did, and the letters they are sent.
CREATE TABLE users (
    id {uuid} NOT NULL,
    email text NOT NULL,
    password text NOT NULL,
    password_set_at {int} NOT NULL,
    totp {bytes},
    totp_enabled_at {int},
    totp_last_step {int} NOT NULL,
    operator {bool} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id)
) {table};
CREATE UNIQUE INDEX users_email_key ON users (email);

CREATE TABLE members (
    user_id {uuid} NOT NULL,
    merchant_id {int} NOT NULL,
    role text NOT NULL,
    environment text NOT NULL,
    since {int} NOT NULL,
    CONSTRAINT members_pkey PRIMARY KEY (user_id, merchant_id),
    CONSTRAINT members_user_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT members_merchant_fkey FOREIGN KEY (merchant_id) REFERENCES merchants (id)
) {table};
CREATE INDEX members_merchant_idx ON members (merchant_id, since);

CREATE TABLE logins (
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    merchant_id {int},
    kind text NOT NULL,
    stage text NOT NULL,
    hash {bytes} NOT NULL,
    ip text NOT NULL,
    agent text NOT NULL,
    created_at {int} NOT NULL,
    seen_at {int} NOT NULL,
    ended_at {int},
    CONSTRAINT logins_pkey PRIMARY KEY (id),
    CONSTRAINT logins_user_fkey FOREIGN KEY (user_id) REFERENCES users (id)
) {table};
CREATE UNIQUE INDEX logins_hash_key ON logins (hash);
CREATE INDEX logins_user_idx ON logins (user_id, id);

CREATE TABLE recovery_codes (
    user_id {uuid} NOT NULL,
    hash {bytes} NOT NULL,
    used_at {int},
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, hash),
    CONSTRAINT recovery_codes_user_fkey FOREIGN KEY (user_id) REFERENCES users (id)
) {table};

CREATE TABLE mail_links (
    hash {bytes} NOT NULL,
    purpose text NOT NULL,
    email text NOT NULL,
    user_id {uuid},
    merchant_id {int},
    role text,
    password text,
    company text,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    used_at {int},
    CONSTRAINT mail_links_pkey PRIMARY KEY (hash)
) {table};
CREATE INDEX mail_links_merchant_idx ON mail_links (merchant_id, created_at) WHERE merchant_id IS NOT NULL;
CREATE INDEX mail_links_user_idx ON mail_links (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX mail_links_expires_idx ON mail_links (expires_at);

-- Wrong passwords and codes, by the hash of what they were tried on.
CREATE TABLE lockouts (
    subject {bytes} NOT NULL,
    failures {int} NOT NULL,
    failed_at {int} NOT NULL,
    until {int} NOT NULL,
    CONSTRAINT lockouts_pkey PRIMARY KEY (subject)
) {table};
CREATE INDEX lockouts_failed_idx ON lockouts (failed_at);

CREATE TABLE audit_log (
    id {uuid} NOT NULL,
    merchant_id {int},
    user_id {uuid},
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    ip text NOT NULL,
    at {int} NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (id)
) {table};
CREATE INDEX audit_log_merchant_idx ON audit_log (merchant_id, id);
CREATE INDEX audit_log_user_idx ON audit_log (user_id, id);

CREATE TABLE merchant_profiles (
    merchant_id {int} NOT NULL,
    support_email text,
    accent text,
    return_url text,
    embed_origins text NOT NULL,
    logo {bytes},
    logo_type text,
    logo_hash {bytes},
    CONSTRAINT merchant_profiles_pkey PRIMARY KEY (merchant_id),
    CONSTRAINT merchant_profiles_merchant_fkey FOREIGN KEY (merchant_id) REFERENCES merchants (id)
) {table};

CREATE TABLE access_requests (
    id {uuid} NOT NULL,
    merchant_id {int} NOT NULL,
    user_id {uuid},
    website text NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    reason text,
    created_at {int} NOT NULL,
    decided_at {int},
    CONSTRAINT access_requests_pkey PRIMARY KEY (id),
    CONSTRAINT access_requests_merchant_fkey FOREIGN KEY (merchant_id) REFERENCES merchants (id),
    CONSTRAINT access_requests_state_check CHECK (state IN ('open', 'granted', 'denied'))
) {table};
-- One at a time for a merchant.
CREATE UNIQUE INDEX access_requests_open_key ON access_requests (merchant_id) WHERE state = 'open';
CREATE INDEX access_requests_merchant_idx ON access_requests (merchant_id, id);
CREATE INDEX access_requests_state_idx ON access_requests (state, id);

-- Letters to be sent. What one says is sealed, and erased once it is gone; a receipt is written from its invoice.
CREATE TABLE letters (
    id {uuid} NOT NULL,
    recipient text NOT NULL,
    kind text NOT NULL,
    sealed {bytes},
    invoice_id {uuid},
    created_at {int} NOT NULL,
    attempts {int} NOT NULL,
    next_attempt_at {int},
    sent_at {int},
    error text,
    CONSTRAINT letters_pkey PRIMARY KEY (id)
) {table};
CREATE INDEX letters_due_idx ON letters (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;

-- When the merchant last chose what it settles in.
ALTER TABLE merchants ADD COLUMN settlement_set_at {int};

-- Found by what a merchant knows of a payment.
CREATE INDEX payments_tx_idx ON payments (tx_hash) WHERE tx_hash IS NOT NULL;
