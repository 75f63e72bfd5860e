-- How far the balances of addresses that await a chain's own coin were looked at, apart from the blocks: an invoice that
-- awaits coin ends by this time and not by the cursor's.
CREATE TABLE native_looks (
    network text NOT NULL,
    block_number {int} NOT NULL,
    through {int} NOT NULL,
    CONSTRAINT native_looks_pkey PRIMARY KEY (network)
) {table};
