INSERT INTO transfers (id, invoice_id, network, block_number, block_hash, block_time, log_index, tx_hash, asset,
    from_address, to_address, units, token_id, payment_id, refusal, detected_at, withdrawn_at) VALUES
    (uuid '019b0000000070008000000000000031', uuid '019b0000000070008000000000000011', 'devnet:base', 9, bytea '\xabababababababababababababababababababababababababababababababab',
        1766322000000, 0, '0xab', bytea '\x1111111111111111111111111111111111111111', bytea '\x1111111111111111111111111111111111111111', bytea '\x1111111111111111111111111111111111111111', '1', 1,
        uuid '019b0000000070008000000000000041', NULL, 1766322000000, NULL),
    (uuid '019b0000000070008000000000000032', uuid '019b0000000070008000000000000011', 'devnet:base', 9, bytea '\xabababababababababababababababababababababababababababababababab',
        1766322000000, NULL, NULL, bytea '\x', NULL, bytea '\x1111111111111111111111111111111111111111', '1', NULL, NULL, 'token_not_listed', 1766322000000,
        1766322000001);
INSERT INTO payments (id, invoice_id, network, token_id, block_number, block_hash, block_time, log_index, tx_hash, asset,
    from_address, to_address, units, quote_id, rate, value, deep_at_block, depth_blocks, standing, status, reverted,
    first_seen_at, confirmed_at, created_at, updated_at) VALUES
    (uuid '019b0000000070008000000000000041', uuid '019b0000000070008000000000000011', 'devnet:base', 1, 9,
        bytea '\xabababababababababababababababababababababababababababababababab', 1766322000000, 0, '0xab', bytea '\x1111111111111111111111111111111111111111', bytea '\x1111111111111111111111111111111111111111', bytea '\x1111111111111111111111111111111111111111', '1',
        uuid '019b0000000070008000000000000021', '1000000000000', 10, 11, 3, NULL, 'pending', FALSE, 1766322000000, NULL,
        1766322000000, 1766322000000),
    (uuid '019b0000000070008000000000000042', uuid '019b0000000070008000000000000012', 'mainnet:base', 7, 9,
        bytea '\xabababababababababababababababababababababababababababababababab', 1766322000000, NULL, NULL, bytea '\x', NULL, bytea '\x1111111111111111111111111111111111111111', '1',
        uuid '019b0000000070008000000000000021', '1', 0, NULL, NULL, 'off_lock', 'manual_retry', TRUE, 1766322000000,
        1766322000001, 1766322000000, 1766322000002);
INSERT INTO chain_blocks (network, number, hash, parent, time) VALUES
    ('devnet:base', 9, bytea '\xabababababababababababababababababababababababababababababababab', bytea '\xcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 1766322000000);
INSERT INTO chain_cursors (network, number, hash, parent, time, finalized, updated_at) VALUES
    ('devnet:base', 9, bytea '\xabababababababababababababababababababababababababababababababab', bytea '\xcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 1766322000000, 8, 1766322000001);
INSERT INTO leases (name, owner, expires_at) VALUES ('watch devnet:base', 'node-1', 1766322000000);
