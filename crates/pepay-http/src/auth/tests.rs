use super::*;

const NOW: Millis = Millis(1_766_322_000_000);

fn code(result: Result<Bearer, ApiError>) -> Code {
    result.unwrap_err().problem.code
}

#[test]
fn dashboard_tokens_open_for_their_time_only() {
    let key = ServerKey::new([7; 32]);
    let token = dashboard_token(&key, MerchantId(42), NOW, 60).unwrap();
    let signer = Signer::new(&key.derive(PURPOSE));
    assert_eq!(signer.dashboard(&token, NOW).unwrap(), Bearer::Operator(MerchantId(42)));
    assert_eq!(signer.dashboard(&token, NOW.plus_ms(59_999)).unwrap(), Bearer::Operator(MerchantId(42)));
    assert_eq!(code(signer.dashboard(&token, NOW.plus_ms(60_000))), Code::TokenInvalid);
    let other = Signer::new(&ServerKey::new([8; 32]).derive(PURPOSE));
    assert_eq!(code(other.dashboard(&token, NOW)), Code::TokenInvalid);
    for bad in ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", &token[..token.len() - 2]] {
        assert_eq!(code(signer.dashboard(bad, NOW)), Code::TokenInvalid, "{bad}");
    }
}

#[test]
fn a_users_token_names_user_and_login() {
    let signer = Signer::new(&[1; 32]);
    let user: UserId = "019b3f10-0000-7000-8000-000000000001".parse().unwrap();
    let login: LoginId = "019b3f10-0000-7000-8000-000000000002".parse().unwrap();
    let merchant = MerchantId(7);
    let token = signer.access_token(merchant, (user, login), Role::Finance, (NOW, 900)).unwrap();
    assert_eq!(signer.dashboard(&token, NOW).unwrap(), Bearer::Member { merchant, user, login });
    assert_eq!(signer.read(&token, NOW).unwrap().role.as_deref(), Some("finance"));
    assert_eq!(code(signer.dashboard(&token, NOW.plus_ms(900_000))), Code::TokenInvalid);
}

#[test]
fn a_payor_token_is_the_wrong_kind() {
    let signer = Signer::new(&[1; 32]);
    let invoice = "019b3f10-0000-7000-8000-000000000001".parse().unwrap();
    let token = signer.payment_token(invoice, NOW, NOW.plus_ms(1_000)).unwrap();
    assert_eq!(code(signer.dashboard(&token, NOW)), Code::CredentialKindNotAllowed);
}

#[test]
fn stream_tokens_open_one_stream_only() {
    let signer = Signer::new(&[1; 32]);
    let via = Via::ApiKey("019b3f10-0000-7000-8000-000000000002".parse().unwrap());
    let environment = pepay_core::network::Environment::Mainnet;
    let caller = Caller { merchant: MerchantId(42), environment, permission: Permission::ReadWrite, via, ip: None };
    let until = NOW.plus_ms(10_000);
    let token = signer.stream_token(&caller, NOW, until).unwrap();
    let opened = signer.stream(&token, NOW).unwrap();
    assert_eq!(opened.caller, Caller { permission: Permission::ReadOnly, ..caller });
    assert_eq!(opened.expires_at, Some(until));
    let code = |result: Result<MerchantStream, ApiError>| result.map(|_| ()).unwrap_err().problem.code;
    assert_eq!(code(signer.stream(&token, until)), Code::TokenInvalid);
    assert_eq!(code(signer.stream("x", NOW)), Code::TokenInvalid);
    let invoice = "019b3f10-0000-7000-8000-000000000001".parse().unwrap();
    let payment = signer.payment_token(invoice, NOW, until).unwrap();
    assert_eq!(code(signer.stream(&payment, NOW)), Code::CredentialKindNotAllowed);
    assert_eq!(signer.payment(&payment, NOW).map(|it| (it.invoice, it.expires_at)).unwrap(), (invoice, until));
    let refused = signer.payment(&token, NOW).map(|_| ()).unwrap_err().problem.code;
    assert_eq!(refused, Code::CredentialKindNotAllowed);
}

#[test]
fn credentials_are_told_apart() {
    let kind = |pairs: &[(&'static str, &str)]| {
        let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let headers: HeaderMap = headers.collect();
        match Presented::in_headers(&headers) {
            Presented::ApiKey(key) => format!("key {key}"),
            Presented::Bearer(token) => format!("bearer {token}"),
            Presented::Session { token, signature } => format!("session {token} {signature}"),
            Presented::HalfSession => "half".to_owned(),
            Presented::Nothing => "nothing".to_owned(),
        }
    };
    assert_eq!(kind(&[]), "nothing");
    assert_eq!(kind(&[("x-api-key", "k")]), "key k");
    assert_eq!(kind(&[("authorization", "bearer t")]), "bearer t");
    assert_eq!(kind(&[("authorization", "Basic t")]), "nothing");
    assert_eq!(kind(&[("x-session-token", "s")]), "half");
    assert_eq!(kind(&[("x-session-token", "s"), ("x-api-key", "k")]), "key k");
    assert_eq!(kind(&[("x-session-token", "s"), ("x-signature", "g"), ("x-api-key", "k")]), "session s g");
}
