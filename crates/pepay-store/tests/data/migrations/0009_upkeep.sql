INSERT INTO letters (id, recipient, kind, sealed, invoice_id, created_at, attempts, next_attempt_at, sent_at, error) VALUES
    (uuid '019b0000000070008000000000000091', 'ada@shop.example', 'reset', NULL, NULL, 1766322000000, 1, NULL,
        1766322000000, NULL);
