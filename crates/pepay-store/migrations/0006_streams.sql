-- Lists and streams of events by type, customer and invoice. What only payors hear of is in no range that a merchant
-- reads: it has a type that merchants never ask for.
--
-- The order is that of an expression, which no other index has. By the primary key PostgreSQL would read everybody's
-- events backwards, in the belief that those of one merchant are spread evenly, and read the whole log for a merchant
-- that has been quiet for long.
DROP INDEX events_merchant_idx;
CREATE INDEX events_merchant_idx ON events (merchant_id, environment, (seq + 0)) WHERE type <> 'payment_quote.updated';
CREATE INDEX events_type_idx ON events (merchant_id, environment, type, (seq + 0))
    WHERE type <> 'payment_quote.updated';
CREATE INDEX events_customer_idx ON events (merchant_id, environment, customer_id, type, (seq + 0))
    WHERE customer_id IS NOT NULL;
DROP INDEX events_invoice_idx;
CREATE INDEX events_invoice_idx ON events (invoice_id, type, (seq + 0));
