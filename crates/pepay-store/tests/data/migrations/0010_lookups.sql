INSERT INTO transfers (id, invoice_id, network, block_number, block_hash, block_time, log_index, tx_hash, asset,
    from_address, to_address, units, token_id, payment_id, refusal, detected_at, withdrawn_at) VALUES
    (uuid '019b0000000070008000000000000033', uuid '019b0000000070008000000000000011', 'devnet:base', 9, bytea '\xabababababababababababababababababababababababababababababababab',
        1766322000000, 1, '0xcd', bytea '\x2222222222222222222222222222222222222222', NULL, bytea '\x1111111111111111111111111111111111111111', '1', NULL,
        NULL, 'token_not_listed', 1766322000000, NULL);
