INSERT INTO native_looks (network, block_number, through) VALUES ('devnet:base', 8, 1766322000000);
