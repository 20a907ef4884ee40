//! Resumable loads: through broken connections, a server that is killed, and their own failures.

mod fixture;
mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use fixture::{collection, proxied, record};
use futures_util::{Stream, StreamExt, stream};
use protovec::{Client, Code, Error, IngestOptions, Record, WriteMode};
use support::{CuttingProxy, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_load_goes_on_through_broken_connections_and_writes_nothing_twice() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    let budgets = vec![100, 700_000, 2_500_000, 40_000, 3_000_000];
    let proxy = CuttingProxy::start(&server.address, budgets).await;
    let reconnects = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&reconnects);
    let options = IngestOptions::new()
        .mode(WriteMode::Insert)
        .on_progress(move |progress| told.store(progress.reconnects, Ordering::SeqCst));
    let through = proxied(&docs, &proxy);
    let loaded = through
        .ingest((0..5_000).map(record), options)
        .await
        .unwrap();
    assert_eq!(
        (loaded.created, loaded.updated, loaded.failed),
        (5_000, 0, 0)
    );
    assert!(loaded.durable);
    assert!(loaded.reconnects >= 3, "{} reconnects", loaded.reconnects);
    assert_eq!(reconnects.load(Ordering::SeqCst), loaded.reconnects);
    assert_eq!(docs.count(None).await.unwrap(), 5_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_goes_on_when_the_server_was_killed() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    let is_under_way = Arc::new(AtomicBool::new(false));
    let begun = Arc::clone(&is_under_way);
    // Half of the records are taken; then the source waits until the server is another one.
    let (resume, resumed) = tokio::sync::oneshot::channel::<()>();
    let first = records(0..2_500);
    let rest = stream::once(async move {
        begun.store(true, Ordering::SeqCst);
        resumed.await.unwrap();
    });
    let source = first.chain(rest.flat_map(|()| records(2_500..5_000)));
    let options = IngestOptions::new().mode(WriteMode::Insert);
    let load = tokio::spawn({
        let docs = docs.clone();
        async move { docs.ingest_stream(source, options).await }
    });
    while !is_under_way.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let server = server.restart().await;
    resume.send(()).unwrap();
    let loaded = load.await.unwrap().unwrap();
    assert_eq!((loaded.created, loaded.failed), (5_000, 0));
    assert!(loaded.reconnects >= 1);
    assert_eq!(docs.count(None).await.unwrap(), 5_000);
    drop(server);
}

fn records(range: std::ops::Range<u32>) -> impl Stream<Item = Record> + Send + 'static {
    stream::iter(range.map(record))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_failed_goes_on_with_its_key_and_refuses_another_source() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    let options = || IngestOptions::new().mode(WriteMode::Insert).key("load");
    let broken = (0..1_500).map(|n| match n {
        1_200 => Err(Error::new(Code::Aborted, "the source ends here")),
        n => Ok(record(n)),
    });
    let failed = docs.ingest(broken, options()).await.unwrap_err();
    assert_eq!(failed.error.message(), "the source ends here");

    let another = (0..1_500).map(|n| record(n).content("y"));
    let kept = docs.ingest((0..600).map(record), options()).await;
    let kept = match kept {
        Ok(result) => result,
        Err(error) => *error.result,
    };
    let error = docs.ingest(another, options()).await.unwrap_err().error;
    assert_eq!(error.reason(), "INGEST_SOURCE_CHANGED", "{error}");
    assert_eq!(error.field(), Some("open.idempotency_key"));
    assert!(kept.acknowledged_batches >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_is_done_again_under_its_key_counts_the_same_and_writes_nothing() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    let options = || IngestOptions::new().mode(WriteMode::Insert).key("load");
    let first = docs
        .ingest((0..1_200).map(record), options())
        .await
        .unwrap();
    let again = docs
        .ingest((0..1_200).map(record), options())
        .await
        .unwrap();
    assert_eq!((first.created, first.failed), (1_200, 0));
    assert_eq!((again.created, again.failed), (1_200, 0));
    assert_eq!(again.acknowledged_batches, first.acknowledged_batches);
    let sequence = docs.describe().await.unwrap().sequence;
    assert_eq!(sequence, first.sequence);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_a_load_are_told_by_their_place_in_the_source() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    let records = (0..1_500).map(|n| match n {
        700 | 1_400 => record(n).embedding([1.0]),
        n => record(n),
    });
    let loaded = docs
        .ingest(records.clone(), IngestOptions::new())
        .await
        .unwrap();
    assert_eq!((loaded.created, loaded.failed), (1_498, 2));
    let places: Vec<u64> = loaded.errors.iter().map(|error| error.index).collect();
    assert_eq!(places, [700, 1_400]);
    assert_eq!(loaded.errors[1].field, "records[1400].embedding");

    let results = docs.upsert_many(records.clone()).await.unwrap();
    assert_eq!(results.len(), 1_500);
    let stop = IngestOptions::new().stop_on_refusal(true);
    let failed = docs.ingest(records, stop).await.unwrap_err();
    assert_eq!(
        failed.error.field(),
        Some("records[700].embedding"),
        "{failed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_gives_up_when_nothing_is_kept_for_too_long() {
    // Nobody listens there.
    let client = Client::builder().connect_lazy("127.0.0.1:1").unwrap();
    let options = IngestOptions::new().give_up_after(Duration::from_millis(300));
    let source = std::iter::from_fn(|| -> Option<Record> { panic!("the load is not open") });
    let failed = client
        .collection("docs")
        .ingest(source, options)
        .await
        .unwrap_err();
    assert_eq!(failed.error.code(), Code::Unavailable);
    assert!(failed.error.message().contains("given up"), "{failed}");
}
