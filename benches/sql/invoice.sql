-- One invoice, as the program writes it, without its event and its idempotency key.
INSERT INTO bench_invoices (id, merchant_id, environment, amount, tolerance_bps, description, customer_id, metadata,
    payment_return_url_enabled, created_at, expires_at, status, amount_paid, late)
VALUES (('01990000-0000-7000-8000-' || lpad(to_hex(nextval('bench_ids')), 12, '0'))::uuid, 1, 'devnet', 49990, 0,
    'Order of two items', 'customer-7', '{"order":"1001"}', false, 1766322000000, 1766365200000, 'unpaid', 0, false);
