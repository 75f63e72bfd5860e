INSERT INTO merchants (id, name, email, current_environment, mainnet_status, mainnet_since, access_key_hash,
    settlement_preference, settlement_token, tolerance_bps, created_at) VALUES
    (1, 'Acme', 'pay@acme.example', 'devnet', 'none', NULL, NULL, 'stables_preferred', NULL, 0, 1766322000000),
    (2, 'Söhne', 'ü@example.com', 'mainnet', 'active', 1766322000001, bytea '\xabababababababababababababababababababababababababababababababab', 'tokens', 7, 10000, 1766322000000);
INSERT INTO api_keys (id, merchant_id, hash, name, environment, permission, created_at, expires_at, last_used_at,
    revoked_at, revoked_reason, suspended) VALUES
    (uuid '019b0000000070008000000000000001', 1, bytea '\xabababababababababababababababababababababababababababababababab', 'Server', 'devnet', 'read_write', 1766322000000,
        NULL, NULL, NULL, NULL, FALSE),
    (uuid '019b0000000070008000000000000002', 2, bytea '\xcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', '', 'mainnet', 'read_only', 1766322000000,
        1766322000001, 1766322000002, 1766322000003, 'leaked', TRUE);
INSERT INTO wallets (id, merchant_id, network, address, active, created_at) VALUES
    (1, 1, 'devnet:base', bytea '\x1111111111111111111111111111111111111111', TRUE, 1766322000000),
    (2, 1, 'devnet:solana', bytea '\xabababababababababababababababababababababababababababababababab', FALSE, 1766322000000);
INSERT INTO token_blocks (merchant_id, token_id) VALUES (1, 7);
