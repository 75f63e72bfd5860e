use super::*;
use crate::db::Db;
use crate::testing::{NOW, another, base, block, on_both};

async fn step(db: &Db, expected: Option<Block>, keep_from: u64, blocks: &[Block]) -> Result<(), Error> {
    let tx = db.begin("test").await?;
    advance(&tx, &base(), expected, keep_from, blocks, 7, NOW).await?;
    tx.commit().await
}

fn numbers(blocks: &[Block]) -> Vec<u64> {
    blocks.iter().map(|block| block.number).collect()
}

on_both! {
    async fn the_cursor_moves_only_from_where_it_stands(db: Db) {
        assert_eq!(cursor(db.read(), &base()).await.unwrap(), None);
        step(&db, None, 0, &[]).await.unwrap();
        step(&db, None, 0, &[block(10, 0), block(11, 0)]).await.unwrap();
        let at = cursor(db.read(), &base()).await.unwrap().unwrap();
        assert_eq!(at, Cursor { block: block(11, 0), finalized: 7, updated_at: NOW });
        for wrong in [None, Some(block(10, 0)), Some(block(11, 1))] {
            let moved = step(&db, wrong, 0, &[block(12, 0)]).await;
            assert!(matches!(moved, Err(Error::CursorMoved { .. })), "{moved:?}");
        }
        step(&db, Some(block(11, 0)), 11, &[block(12, 0), block(13, 0)]).await.unwrap();
        assert_eq!(window(db.read(), &base(), 2).await.unwrap(), [block(13, 0), block(12, 0)]);
        assert_eq!(numbers(&window(db.read(), &base(), 9).await.unwrap()), [13, 12, 11]);
        let bsc = NetworkId::new(base().environment(), "bsc");
        assert_eq!(cursor(db.read(), &bsc).await.unwrap(), None);
    }

    async fn a_reorganisation_replaces_blocks_in_one_step(db: Db) {
        step(&db, None, 0, &[block(10, 0), block(11, 0), block(12, 0)]).await.unwrap();
        let tx = db.begin("test").await.unwrap();
        truncate_above(&tx, &base(), 10).await.unwrap();
        advance(&tx, &base(), Some(block(12, 0)), 0, &[block(11, 1), block(12, 1)], 0, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(window(db.read(), &base(), 9).await.unwrap(), [block(12, 1), block(11, 1), block(10, 0)]);
        assert_eq!(cursor(db.read(), &base()).await.unwrap().unwrap().block, block(12, 1));

        let tx = db.begin("test").await.unwrap();
        truncate_above(&tx, &base(), 10).await.unwrap();
        advance(&tx, &base(), Some(block(12, 1)), 0, &[], 0, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(cursor(db.read(), &base()).await.unwrap().unwrap().block, block(10, 0));
    }

    async fn of_two_nodes_that_move_the_cursor_one_wins(db: Db) {
        step(&db, None, 0, &[block(10, 0)]).await.unwrap();
        let other = another(&db).await;
        let next = [block(11, 0)];
        let (one, two) =
            tokio::join!(step(&db, Some(block(10, 0)), 0, &next), step(&other, Some(block(10, 0)), 0, &next));
        assert_eq!([&one, &two].into_iter().filter(|it| it.is_ok()).count(), 1, "{one:?} {two:?}");
        assert_eq!(numbers(&window(db.read(), &base(), 9).await.unwrap()), [11, 10]);
    }

    async fn a_lease_has_one_owner_at_a_time(db: Db) {
        let tx = db.begin("test").await.unwrap();
        assert!(lease(&tx, "watch", "a", NOW, 100).await.unwrap());
        assert!(lease(&tx, "watch", "a", NOW.plus_ms(50), 100).await.unwrap());
        assert!(!lease(&tx, "watch", "b", NOW.plus_ms(149), 100).await.unwrap());
        assert!(lease(&tx, "other", "b", NOW, 100).await.unwrap());
        assert!(lease(&tx, "watch", "b", NOW.plus_ms(150), 100).await.unwrap());
        release(&tx, "watch", "a").await.unwrap();
        assert!(!lease(&tx, "watch", "a", NOW.plus_ms(151), 100).await.unwrap());
        release(&tx, "watch", "b").await.unwrap();
        assert!(lease(&tx, "watch", "a", NOW.plus_ms(151), 100).await.unwrap());
    }
}
