INSERT INTO server_key (id, fingerprint, since) VALUES
    (1, bytea '\xabababababababababababababababababababababababababababababababab', 1766322000000);
