-- Logins long unused and letters long gone are found without reading the others.
CREATE INDEX logins_seen_idx ON logins (seen_at);
CREATE INDEX letters_done_idx ON letters (created_at) WHERE next_attempt_at IS NULL;

-- Whether somebody signed in from a place before is asked at every attempt.
CREATE INDEX logins_place_idx ON logins (user_id, ip, stage);
