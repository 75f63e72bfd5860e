-- Where merchants want to be told. `failures`, `trips`, `open_until` and `failing_since` are the breaker; a healthy
-- endpoint's row is not written by its deliveries.
CREATE TABLE webhook_endpoints (
    id {uuid} NOT NULL,
    merchant_id {int} NOT NULL,
    environment text,
    url text NOT NULL,
    description text,
    enabled_events text NOT NULL,
    disabled_at {int},
    disabled_reason text,
    failures {int} NOT NULL,
    trips {int} NOT NULL,
    open_until {int},
    failing_since {int},
    secret {bytes} NOT NULL,
    secret_version {int} NOT NULL,
    previous_secret {bytes},
    previous_until {int},
    after_seq {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    created_by {bytes},
    rotated_by {bytes},
    CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_endpoints_merchant_fkey FOREIGN KEY (merchant_id) REFERENCES merchants (id),
    CONSTRAINT webhook_endpoints_environment_check CHECK (environment IN ('devnet', 'mainnet')),
    CONSTRAINT webhook_endpoints_disabled_check CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
    CONSTRAINT webhook_endpoints_previous_check CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
) {table};
CREATE INDEX webhook_endpoints_merchant_idx ON webhook_endpoints (merchant_id, id);
CREATE INDEX webhook_endpoints_failing_idx ON webhook_endpoints (failing_since) WHERE failing_since IS NOT NULL;

-- One event on its way to one endpoint. A lease moves `due_at` to its end: a node that dies with a delivery gives it
-- back by dying.
CREATE TABLE webhook_deliveries (
    id {uuid} NOT NULL,
    endpoint_id {uuid} NOT NULL,
    merchant_id {int} NOT NULL,
    environment text NOT NULL,
    event_seq {int} NOT NULL,
    event_at {int} NOT NULL,
    type text NOT NULL,
    state text NOT NULL,
    attempts {int} NOT NULL,
    tries {int} NOT NULL,
    due_at {int},
    leased_until {int},
    created_at {int} NOT NULL,
    completed_at {int},
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_deliveries_state_check CHECK (state IN ('pending', 'succeeded', 'failed', 'canceled')),
    CONSTRAINT webhook_deliveries_due_check CHECK ((state = 'pending') = (due_at IS NOT NULL))
) {table};
CREATE UNIQUE INDEX webhook_deliveries_event_key ON webhook_deliveries (endpoint_id, event_seq);
CREATE INDEX webhook_deliveries_state_idx ON webhook_deliveries (endpoint_id, state, event_seq);
CREATE INDEX webhook_deliveries_type_idx ON webhook_deliveries (endpoint_id, type, event_seq);
-- What was never tried, and what is to be tried again, apart: a retry never sits in front of newer events.
CREATE INDEX webhook_deliveries_fresh_idx ON webhook_deliveries (endpoint_id, due_at, event_seq)
    WHERE state = 'pending' AND tries = 0;
CREATE INDEX webhook_deliveries_retry_idx ON webhook_deliveries (endpoint_id, due_at, event_seq)
    WHERE state = 'pending' AND tries > 0;

-- What came of each try.
CREATE TABLE webhook_attempts (
    delivery_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    started_at {int} NOT NULL,
    answered_ms {int},
    took_ms {int} NOT NULL,
    status {int},
    head text,
    excerpt text,
    error text,
    detail text,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, id)
) {table};

-- How far the event log was planned, and which set of endpoints that was for: whoever changes an endpoint counts on.
CREATE TABLE webhook_planner (
    id {int} NOT NULL,
    seq {int} NOT NULL,
    version {int} NOT NULL,
    CONSTRAINT webhook_planner_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_planner_one_check CHECK (id = 1)
) {table};
INSERT INTO webhook_planner (id, seq, version) SELECT 1, coalesce(max(seq), 0), 0 FROM events;

-- Past events that an endpoint is to be told of again.
CREATE TABLE webhook_recoveries (
    endpoint_id {uuid} NOT NULL,
    after_seq {int} NOT NULL,
    until_seq {int} NOT NULL,
    CONSTRAINT webhook_recoveries_pkey PRIMARY KEY (endpoint_id)
) {table};
