-- Money is found by its transaction whether it counts or not: every payment has its transfer.
DROP INDEX payments_tx_idx;
DROP INDEX transfers_withdrawn_idx;
CREATE INDEX transfers_tx_idx ON transfers (tx_hash) WHERE tx_hash IS NOT NULL;

-- Money that wants its merchant's eye; little of all there is.
CREATE INDEX payments_undecided_idx ON payments (invoice_id) WHERE status = 'manual_retry' AND NOT reverted;
CREATE INDEX transfers_refused_idx ON transfers (invoice_id) WHERE refusal IS NOT NULL AND withdrawn_at IS NULL;
