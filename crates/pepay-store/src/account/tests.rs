use pepay_core::account::link::{Link, Purpose};
use pepay_core::account::{Kind, Login, Member, Role, Stage};
use pepay_core::id::{LoginId, MerchantId};
use pepay_core::network::Environment;

use super::*;
use crate::letter;
use crate::testing::{NOW, add_merchant, on_both, rng};

fn user(n: u64) -> User {
    User {
        id: UserId::generate(NOW, &mut rng(n)),
        email: Email::parse(&format!("u{n}@shop.example")).unwrap(),
        password: "$argon2id$x".to_owned(),
        password_set_at: NOW,
        totp: None,
        operator: false,
        created_at: NOW,
    }
}

fn login(user: &User, n: u8) -> Login {
    Login {
        id: LoginId::generate(NOW, &mut rng(u64::from(n))),
        user: user.id,
        merchant: None,
        kind: Kind::Page,
        stage: Stage::Open,
        hash: [n; 32],
        ip: "192.0.2.1".to_owned(),
        agent: "Firefox".to_owned(),
        created_at: NOW,
        seen_at: NOW,
        ended_at: None,
    }
}

async fn add(db: &Db, user: &User) {
    let tx = db.begin("test").await.unwrap();
    insert(&tx, user).await.unwrap();
    tx.commit().await.unwrap();
}

use crate::db::Db;

on_both! {
    async fn an_address_signs_up_once(db: Db) {
        let first = user(1);
        add(&db, &first).await;
        let tx = db.begin("test").await.unwrap();
        let again = User { id: UserId::generate(NOW, &mut rng(9)), ..first.clone() };
        assert!(matches!(insert(&tx, &again).await, Err(Error::EmailTaken)));
        drop(tx);
        assert_eq!(by_email(db.read(), &first.email).await.unwrap(), Some(first.clone()));
        let factor = SecondFactor { sealed: vec![1, 2], enabled_at: Some(NOW), last_step: 5 };
        let tx = db.begin("test").await.unwrap();
        set_totp(&tx, first.id, Some(&factor)).await.unwrap();
        assert!(!take_step(&tx, first.id, 5).await.unwrap(), "a code works once");
        assert!(take_step(&tx, first.id, 6).await.unwrap());
        set_operator(&tx, first.id, true).await.unwrap();
        set_password(&tx, first.id, "new", NOW.plus_ms(1)).await.unwrap();
        tx.commit().await.unwrap();
        let read = get(db.read(), first.id).await.unwrap().unwrap();
        assert_eq!(read.totp, Some(SecondFactor { last_step: 6, ..factor }));
        assert_eq!((read.password.as_str(), read.operator), ("new", true));
    }

    async fn logins_rotate_and_end(db: Db) {
        let user = user(1);
        add(&db, &user).await;
        let tx = db.begin("test").await.unwrap();
        let (one, two) = (login(&user, 1), login(&user, 2));
        login::insert(&tx, &one).await.unwrap();
        login::insert(&tx, &two).await.unwrap();
        assert!(login::rotate(&tx, one.id, &[1; 32], &[3; 32], NOW).await.unwrap());
        assert!(!login::rotate(&tx, one.id, &[1; 32], &[4; 32], NOW).await.unwrap(), "the old secret is spent");
        assert_eq!(login::end_all(&tx, user.id, Some(one.id), NOW).await.unwrap(), 1);
        assert!(!login::end(&tx, UserId::generate(NOW, &mut rng(7)), one.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(login::by_hash(db.read(), &[3; 32]).await.unwrap().unwrap().ended_at, None);
        assert_eq!(login::by_hash(db.read(), &[2; 32]).await.unwrap().unwrap().ended_at, Some(NOW));
        assert_eq!(login::of_user(db.read(), user.id).await.unwrap().len(), 2);
    }

    async fn members_belong_to_one_merchant_each_time(db: Db) {
        let (merchant, user) = (add_merchant(&db).await, user(1));
        add(&db, &user).await;
        let member = Member { user: user.id, merchant, role: Role::Finance, environment: Environment::Devnet, since: NOW };
        let tx = db.begin("test").await.unwrap();
        member::insert(&tx, &member).await.unwrap();
        member::set_role(&tx, user.id, merchant, Role::Owner).await.unwrap();
        assert!(member::set_role(&tx, user.id, MerchantId(99), Role::Owner).await.is_err());
        member::set_environment(&tx, user.id, merchant, Environment::Mainnet).await.unwrap();
        tx.commit().await.unwrap();
        let read = member::get(db.read(), user.id, merchant).await.unwrap().unwrap();
        assert_eq!((read.role, read.environment), (Role::Owner, Environment::Mainnet));
        assert_eq!(member::of_merchant(db.read(), merchant).await.unwrap(), [(read, user.email.clone())]);
        assert_eq!(member::of_user(db.read(), user.id).await.unwrap(), [read]);
        let tx = db.begin("test").await.unwrap();
        assert!(matches!(member::insert(&tx, &member).await, Err(Error::MemberExists)));
    }

    async fn failures_are_counted_and_forgotten(db: Db) {
        let tx = db.begin("test").await.unwrap();
        let subject = [1; 32];
        for _ in 0..4 {
            assert_eq!(lockout::attempt(&tx, &subject, 3, NOW).await.unwrap(), None);
        }
        let over = NOW.plus_ms(15_000);
        assert_eq!(lockout::attempt(&tx, &subject, 3, NOW).await.unwrap(), Some(over));
        assert_eq!(lockout::attempt(&tx, &subject, 3, over).await.unwrap(), None);
        let again = lockout::attempt(&tx, &subject, 3, over).await.unwrap().unwrap();
        assert!(again >= over.plus_ms(30_000), "{again}");
        let tomorrow = over.plus_ms(25 * 3_600_000);
        for _ in 0..4 {
            assert_eq!(lockout::attempt(&tx, &subject, 3, tomorrow).await.unwrap(), None);
        }
        lockout::forgive(&tx, &subject).await.unwrap();
        assert_eq!(lockout::attempt(&tx, &subject, 3, tomorrow).await.unwrap(), None);
    }

    async fn what_is_over_is_pruned_a_part_at_a_time(db: Db) {
        let user = user(1);
        add(&db, &user).await;
        let tx = db.begin("test").await.unwrap();
        let before = NOW.plus_ms(3);
        for n in 1..=3 {
            let seen_at = NOW.plus_ms(i64::from(n));
            login::insert(&tx, &Login { seen_at, ..login(&user, n) }).await.unwrap();
            let id = pepay_core::id::LetterId::generate(NOW, &mut rng(u64::from(n)));
            let (recipient, kind) = (user.email.to_string(), letter::RESET.to_owned());
            let content = letter::Content::Reset;
            let it = letter::Letter { id, recipient, kind, content, created_at: seen_at, attempts: 0 };
            letter::insert(&tx, &it).await.unwrap();
            if n != 2 {
                assert!(letter::lease(&tx, &it, before).await.unwrap());
                assert!(letter::record(&tx, &it, &letter::Outcome::Sent, NOW).await.unwrap());
            }
        }
        assert_eq!(login::prune(&tx, before, 1).await.unwrap(), 1);
        assert_eq!(login::prune(&tx, before, 9).await.unwrap(), 1);
        assert_eq!(letter::prune(&tx, before, 9).await.unwrap(), 1);
        assert_eq!(letter::due(&*tx, before, 9).await.unwrap()[0].content, letter::Content::Reset, "what waits stays");
        assert_eq!(letter::prune(&tx, before.plus_ms(1), 9).await.unwrap(), 1);
        assert_eq!(login::of_user(&*tx, user.id).await.unwrap().len(), 1);
    }

    async fn an_attempt_that_outlived_its_lease_records_nothing(db: Db) {
        let id = pepay_core::id::LetterId::generate(NOW, &mut rng(1));
        let content = letter::Content::Sealed(vec![1, 2, 3]);
        let (recipient, kind) = ("ada@shop.example".to_owned(), "invitation".to_owned());
        let first = letter::Letter { id, recipient, kind, content, created_at: NOW, attempts: 0 };
        let (expired, later) = (NOW.plus_ms(1), NOW.plus_ms(1_000));
        let tx = db.begin("test").await.unwrap();
        letter::insert(&tx, &first).await.unwrap();
        assert!(letter::lease(&tx, &first, expired).await.unwrap());
        let [second] = letter::due(&*tx, expired, 9).await.unwrap().try_into().unwrap();
        assert!(letter::lease(&tx, &second, later).await.unwrap());
        let late = letter::Outcome::Retry { at: NOW, error: "no answer".to_owned() };
        assert!(!letter::record(&tx, &first, &late, NOW).await.unwrap(), "it is the other's");
        assert!(letter::record(&tx, &second, &letter::Outcome::Sent, NOW).await.unwrap());
        assert!(!letter::record(&tx, &second, &late, NOW).await.unwrap(), "it is gone");
        assert!(letter::due(&*tx, later, 9).await.unwrap().is_empty());
    }

    async fn uses_are_counted_for_a_while(db: Db) {
        let tx = db.begin("test").await.unwrap();
        let tx = &tx;
        let spend = |at: Millis| async move { lockout::spend(tx, &[1; 32], 2, 1_000, at).await.unwrap() };
        assert!(spend(NOW).await && spend(NOW.plus_ms(999)).await);
        assert!(!spend(NOW.plus_ms(999)).await && !spend(NOW.plus_ms(999)).await);
        assert!(spend(NOW.plus_ms(1_000)).await && spend(NOW.plus_ms(1_999)).await && !spend(NOW.plus_ms(1_999)).await);
    }

    async fn places_are_of_logins_that_got_in(db: Db) {
        let user = user(1);
        add(&db, &user).await;
        let tx = db.begin("test").await.unwrap();
        login::insert(&tx, &Login { ended_at: Some(NOW), ..login(&user, 1) }).await.unwrap();
        let half = Login { stage: Stage::Code, ip: "192.0.2.2".to_owned(), ..login(&user, 2) };
        login::insert(&tx, &half).await.unwrap();
        for (ip, known) in [("192.0.2.1", true), ("192.0.2.2", false), ("192.0.2.3", false)] {
            assert_eq!(login::opened_from(&*tx, user.id, ip).await.unwrap(), known, "{ip}");
        }
        assert!(!login::opened_from(&*tx, UserId::NIL, "192.0.2.1").await.unwrap());
    }

    async fn links_and_codes_work_once(db: Db) {
        let (merchant, user) = (add_merchant(&db).await, user(1));
        add(&db, &user).await;
        let tx = db.begin("test").await.unwrap();
        let link = |n: u8, purpose: Purpose| Link {
            hash: [n; 32],
            purpose,
            email: user.email.clone(),
            created_at: NOW,
            expires_at: NOW.plus_ms(10),
            used_at: None,
        };
        let invitation = link(1, Purpose::Invitation { merchant, role: Role::Developer });
        let sign_up = link(2, Purpose::SignUp { password: "p".to_owned(), company: "c".to_owned() });
        let reset = link(3, Purpose::Reset { user: user.id });
        for it in [&invitation, &sign_up, &reset] {
            link::insert(&tx, it).await.unwrap();
            assert!(link::get(&*tx, &it.hash).await.unwrap().as_ref() == Some(it));
        }
        assert_eq!(link::invitations(&*tx, merchant, NOW).await.unwrap().len(), 1);
        assert!(link::take(&tx, &[1; 32], NOW).await.unwrap() && !link::take(&tx, &[1; 32], NOW).await.unwrap());
        assert_eq!(link::invitations(&*tx, merchant, NOW).await.unwrap().len(), 0);
        link::take_resets(&tx, user.id, NOW).await.unwrap();
        assert!(!link::take(&tx, &[3; 32], NOW).await.unwrap());
        link::prune(&tx, NOW.plus_ms(11)).await.unwrap();
        assert!(link::get(&*tx, &[2; 32]).await.unwrap().is_none());
        recovery::replace(&tx, user.id, &[[1; 32], [2; 32]]).await.unwrap();
        assert!(recovery::take(&tx, user.id, &[1; 32], NOW).await.unwrap());
        assert!(!recovery::take(&tx, user.id, &[1; 32], NOW).await.unwrap());
        assert_eq!(recovery::left(&*tx, user.id).await.unwrap(), 1);
    }
}
