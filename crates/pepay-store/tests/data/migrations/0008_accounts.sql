INSERT INTO users (id, email, password, password_set_at, totp, totp_enabled_at, totp_last_step, operator, created_at)
    VALUES
    (uuid '019b0000000070008000000000000081', 'ada@shop.example', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA',
        1766322000000, bytea '\x0102', 1766322000000, 7, false, 1766322000000),
    (uuid '019b0000000070008000000000000082', 'ops@pay.example', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA',
        1766322000000, NULL, NULL, 0, true, 1766322000000);
INSERT INTO members (user_id, merchant_id, role, environment, since) VALUES
    (uuid '019b0000000070008000000000000081', 1, 'owner', 'devnet', 1766322000000);
INSERT INTO logins (id, user_id, merchant_id, kind, stage, hash, ip, agent, created_at, seen_at, ended_at) VALUES
    (uuid '019b0000000070008000000000000083', uuid '019b0000000070008000000000000081', 1, 'page', 'open',
        bytea '\x8383838383838383838383838383838383838383838383838383838383838383', '192.0.2.1', 'Firefox',
        1766322000000, 1766322000000, NULL);
INSERT INTO recovery_codes (user_id, hash, used_at) VALUES
    (uuid '019b0000000070008000000000000081',
        bytea '\x8484848484848484848484848484848484848484848484848484848484848484', NULL);
INSERT INTO mail_links (hash, purpose, email, user_id, merchant_id, role, password, company, created_at, expires_at,
    used_at) VALUES
    (bytea '\x8585858585858585858585858585858585858585858585858585858585858585', 'invitation', 'bob@shop.example', NULL,
        1, 'finance', NULL, NULL, 1766322000000, 1766922000000, NULL);
INSERT INTO lockouts (subject, failures, failed_at, until) VALUES (bytea '\x86', 6, 1766322000000, 1766322015000);
INSERT INTO audit_log (id, merchant_id, user_id, actor, action, subject, ip, at) VALUES
    (uuid '019b0000000070008000000000000087', 1, uuid '019b0000000070008000000000000081', 'ada@shop.example',
        'key.created', 'Server', '192.0.2.1', 1766322000000);
INSERT INTO merchant_profiles (merchant_id, support_email, accent, return_url, embed_origins, logo, logo_type, logo_hash)
    VALUES (1, 'help@shop.example', '#635bff', NULL, 'https://shop.example', NULL, NULL, NULL);
INSERT INTO access_requests (id, merchant_id, user_id, website, note, state, reason, created_at, decided_at) VALUES
    (uuid '019b0000000070008000000000000088', 1, uuid '019b0000000070008000000000000081', 'https://shop.example', '',
        'open', NULL, 1766322000000, NULL);
INSERT INTO letters (id, recipient, kind, sealed, invoice_id, created_at, attempts, next_attempt_at, sent_at, error) VALUES
    (uuid '019b0000000070008000000000000089', 'ada@shop.example', 'new_sign_in', bytea '\x89', NULL, 1766322000000, 0,
        1766322000000, NULL, NULL);
