INSERT INTO events (seq, at, type, merchant_id, environment, invoice_id, customer_id, request_id, idempotency_key, data)
    VALUES
    (1, 1766322000000, 'invoice.created', 1, 'devnet', uuid '019b0000000070008000000000000011', NULL, NULL, NULL, '{}'),
    (2, 1766322000000, 'invoice.updated', 2, 'mainnet', uuid '019b0000000070008000000000000012', 'c-1', 'req', 'k',
        '{"object":{}}');
INSERT INTO idempotency_keys (id, merchant_id, environment, endpoint, key, fingerprint, created_at, invoice_id, status,
    body) VALUES
    (1, 1, 'devnet', 'invoices.create', 'k', bytea '\xabababababababababababababababababababababababababababababababab', 1766322000000, uuid '019b0000000070008000000000000011', NULL,
        NULL),
    (2, 1, 'devnet', 'invoices.cancel', 'k', bytea '\xabababababababababababababababababababababababababababababababab', 1766322000000, NULL, 200, '{}');
