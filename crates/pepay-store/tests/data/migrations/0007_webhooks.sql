INSERT INTO webhook_endpoints (id, merchant_id, environment, url, description, enabled_events, disabled_at,
    disabled_reason, failures, trips, open_until, failing_since, secret, secret_version, previous_secret, previous_until,
    after_seq, created_at, updated_at, created_by, rotated_by) VALUES
    (uuid '019b0000000070008000000000000061', 1, 'devnet', 'https://shop.example/hooks', 'Shop', 'invoice.*,test.ping',
        NULL, NULL, 0, 0, NULL, NULL, bytea '\xabab', 1, NULL, NULL, 0, 1766322000000, 1766322000000, NULL, NULL),
    (uuid '019b0000000070008000000000000062', 1, NULL, 'https://shop.example/old', NULL, '*', 1766322000009, 'failing', 0,
        2, 1766322000008, 1766322000007, bytea '\xabab', 2, bytea '\xacac', 1766322000005, 1, 1766322000000, 1766322000009,
        bytea '\xabababababababababababababababababababababababababababababababab', bytea '\xabababababababababababababababababababababababababababababababab');
INSERT INTO webhook_deliveries (id, endpoint_id, merchant_id, environment, event_seq, event_at, type, state, attempts,
    tries, due_at, leased_until, created_at, completed_at) VALUES
    (uuid '019b0000000070008000000000000071', uuid '019b0000000070008000000000000061', 1, 'devnet', 1, 1766322000000,
        'invoice.created', 'pending', 0, 0, 1766322000001, NULL, 1766322000001, NULL),
    (uuid '019b0000000070008000000000000072', uuid '019b0000000070008000000000000062', 1, 'devnet', 1, 1766322000000,
        'invoice.created', 'pending', 1, 1, 1766322000009, 1766322000009, 1766322000001, NULL),
    (uuid '019b0000000070008000000000000073', uuid '019b0000000070008000000000000061', 1, 'devnet', 2, 1766322000000,
        'test.ping', 'succeeded', 1, 1, NULL, NULL, 1766322000001, 1766322000002);
INSERT INTO webhook_attempts (delivery_id, id, started_at, answered_ms, took_ms, status, head, excerpt, error, detail) VALUES
    (uuid '019b0000000070008000000000000072', uuid '019b0000000070008000000000000081', 1766322000002, NULL, 15000, NULL,
        NULL, NULL, 'timeout', 'no answer came in time'),
    (uuid '019b0000000070008000000000000073', uuid '019b0000000070008000000000000082', 1766322000002, 3, 4, 204,
        'server: x', '', NULL, NULL);
INSERT INTO webhook_recoveries (endpoint_id, after_seq, until_seq) VALUES
    (uuid '019b0000000070008000000000000061', 0, 2);
