INSERT INTO verifications (id, invoice_id, network, state, attempts, next_attempt_at, created_at, updated_at,
    completed_at, result, error) VALUES
    (uuid '019b0000000070008000000000000051', uuid '019b0000000070008000000000000011', 'devnet:base', 'failed', 5, NULL,
        1766322000000, 1766322000001, 1766322000001, NULL, 'timeout'),
    (uuid '019b0000000070008000000000000052', uuid '019b0000000070008000000000000011', 'devnet:base', 'queued', 0,
        1766322000002, 1766322000002, 1766322000002, NULL, NULL, NULL);
