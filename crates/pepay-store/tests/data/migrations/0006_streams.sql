INSERT INTO events (seq, at, type, merchant_id, environment, invoice_id, customer_id, request_id, idempotency_key, data)
    VALUES
    (3, 1766322000500, 'payment_quote.updated', 1, 'devnet', uuid '019b0000000070008000000000000011', NULL, NULL, NULL,
        '{"object":{"object":"payment_quote"},"previous_attributes":{}}');
