INSERT INTO invoices (id, merchant_id, environment, amount, tolerance_bps, description, customer_id, metadata, title,
    footer, customer_email, payment_return_url, payment_return_url_enabled, receiver_override, questions, responses,
    created_at, expires_at, status, ended_at, amount_paid, lock_network, lock_token, lock_address, late, payer_address,
    payer_network, last_payment_at) VALUES
    (uuid '019b0000000070008000000000000011', 1, 'devnet', 10, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE,
        NULL, NULL, NULL, 1766322000000, 1766365200000, 'unpaid', NULL, 0, NULL, NULL, NULL, FALSE, NULL, NULL, NULL),
    (uuid '019b0000000070008000000000000012', 2, 'mainnet', 1000000000, 50, 'Ü', 'c-1', '{"a":1}', 'T', 'F',
        'p@example.com', 'https://example.com', TRUE, bytea '\x1111111111111111111111111111111111111111', '[]', '[]', 1766322000000, 1766365200000, 'paid',
        1766322009000, 1000000001, 'mainnet:base', 7, bytea '\x1111111111111111111111111111111111111111', TRUE, bytea '\x1111111111111111111111111111111111111111', 'mainnet:base', 1766322008000);
INSERT INTO deposits (address, network, invoice_id, receiver, version, native) VALUES
    (bytea '\x1111111111111111111111111111111111111111', 'devnet:base', uuid '019b0000000070008000000000000011', bytea '\x1111111111111111111111111111111111111111', 1, TRUE);
INSERT INTO quotes (id, invoice_id, network, token_id, usd, units, rate, source, created_at, valid_until) VALUES
    (uuid '019b0000000070008000000000000021', uuid '019b0000000070008000000000000011', 'devnet:base', 1, 10,
        '115792089237316195423570985008687907853269984665640564039457584007913129639935', '1000000000000', 'fixed',
        1766322000000, 1766322300000);
