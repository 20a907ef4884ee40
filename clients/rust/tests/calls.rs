//! What happens to calls when connections break or are refused, and how many travel.

mod fixture;
mod support;

use fixture::{collection, proxied, record};
use protovec::{
    Client, Code, CreateOptions, IngestOptions, Query, Record, UploadOptions,
    snapshot::SnapshotReader,
};
use support::{CuttingProxy, Server, start_damaging_proxy};

#[tokio::test(flavor = "multi_thread")]
async fn reads_are_repeated_and_writes_are_not() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    docs.upsert(record(1)).await.unwrap();

    let proxy = CuttingProxy::start(&server.address, vec![0, 0]).await;
    let through = proxied(&docs, &proxy);
    assert_eq!(through.get("r1").await.unwrap().id, "r1");
    assert_eq!(proxy.connections(), 3);

    let proxy = CuttingProxy::start(&server.address, vec![0]).await;
    let through = proxied(&docs, &proxy);
    let error = through.upsert(record(2)).await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable, "{error}");
    assert_eq!(proxy.connections(), 1);
    assert_eq!(docs.count(None).await.unwrap(), 1);
    // The connection is made again with the next call.
    assert!(through.upsert(record(2)).await.unwrap().created);
}

#[tokio::test(flavor = "multi_thread")]
async fn transfers_go_on_where_they_broke() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    docs.insert_many((0..2_000).map(record)).await.unwrap();
    let taken = docs.snapshots().create(CreateOptions::new()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("docs.pb");

    let proxy = CuttingProxy::start(&server.address, vec![]).await;
    let through = proxied(&docs, &proxy).snapshots();
    let mut chunks = through.download(&taken.snapshot_id);
    let first = chunks.next().await.unwrap().unwrap();
    proxy.cut();
    let mut length = first.len();
    while let Some(chunk) = chunks.next().await {
        length += chunk.unwrap().len();
    }
    assert_eq!(length as u64, taken.size_bytes);
    assert!(proxy.connections() >= 2);

    let written = through
        .download_file(&taken.snapshot_id, &file)
        .await
        .unwrap();
    assert_eq!(written, taken.size_bytes);
    assert!(!folder.path().join("docs.pb.partial").exists());
    let summary = SnapshotReader::open(&file).unwrap().finish().unwrap();
    assert_eq!(summary.record_count, 2_000);

    let proxy = CuttingProxy::start(&server.address, vec![1_500_000, 2_000_000]).await;
    let through = proxied(&docs, &proxy).snapshots();
    let uploaded = through.upload(&file, UploadOptions::new()).await.unwrap();
    assert_eq!(uploaded.record_count, 2_000);
    assert_ne!(uploaded.snapshot_id, taken.snapshot_id);
    assert!(proxy.connections() >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_damaged_on_its_way_is_noticed() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    docs.insert_many((0..500).map(record)).await.unwrap();
    let taken = docs.snapshots().create(CreateOptions::new()).await.unwrap();
    let proxy = start_damaging_proxy(&server.address).await;
    let client = Client::builder().connect_lazy(&proxy).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let snapshots = client.collection(docs.name()).snapshots();
    let file = folder.path().join("docs.pb");
    let error = snapshots
        .download_file(&taken.snapshot_id, &file)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.reason()),
        (Code::DataLoss, "CHECKSUM_MISMATCH"),
        "{error}"
    );
    assert!(error.message().contains("on its way at offset"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_fails_leaves_no_file() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("docs.pb");
    let error = docs
        .snapshots()
        .download_file("nothing", &file)
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "SNAPSHOT_NOT_FOUND");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_searches_travel_in_several_calls_and_errors_name_their_place() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    docs.insert_many((0..50).map(record)).await.unwrap();
    let query = |n: u32| Query::record_id(format!("r{}", n % 50)).limit(20);
    // 50 hits of 2 KB make answers that must be divided.
    let results = docs.search_many((0..600).map(query)).await.unwrap();
    assert_eq!(results.len(), 600);
    assert!(results.iter().all(|result| result.hits.len() == 20));
    let queries = (0..600).map(|n| {
        if n == 555 {
            query(n).limit(0)
        } else {
            query(n)
        }
    });
    let error = docs.search_many(queries).await.unwrap_err();
    assert_eq!(error.field(), Some("searches[555].limit"), "{error}");

    let mut answers = docs.search_stream((0..600).map(query));
    let mut places: Vec<u64> = Vec::new();
    while let Some(answer) = answers.next().await {
        let answer = answer.unwrap();
        assert_eq!(answer.result.unwrap().hits.len(), 20);
        places.push(answer.index);
    }
    places.sort_unstable();
    assert_eq!(places, (0..600).collect::<Vec<u64>>());
    assert!(docs.search_stream([]).next().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn futures_can_be_spawned_and_sources_may_borrow() {
    let server = Server::start().await;
    let docs = collection(&server.address).await;
    let records: Vec<Record> = (0..10).map(record).collect();
    // A source that is neither Send nor 'static.
    let local = std::rc::Rc::new(records);
    let loaded = docs.insert_many(local.iter().cloned()).await.unwrap();
    assert_eq!(loaded.created, 10);
    let spawned = tokio::spawn(async move {
        docs.upsert(record(11)).await?;
        docs.ingest((20..30).map(record), IngestOptions::new())
            .await?;
        docs.search_many([Query::record_id("r1")]).await?;
        docs.count(None).await
    });
    assert_eq!(spawned.await.unwrap().unwrap(), 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_not_sent_in_plain_text_to_other_machines() {
    let builder = || Client::builder().api_key("pv_key");
    let error = builder().connect_lazy("example.com:50051").err().unwrap();
    assert_eq!(
        (error.code(), error.field()),
        (Code::InvalidArgument, Some("api_key"))
    );
    assert!(builder().connect_lazy("127.0.0.1:50051").is_ok());
    assert!(builder().connect_lazy("https://example.com:443").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_told_from_one_that_is_away() {
    let server = Server::start().await;
    let secure = Client::builder().tls(protovec::TlsOptions::new());
    let error = secure.connect(&server.address).await.err().unwrap();
    assert_eq!(
        (error.code(), error.reason()),
        (Code::Unavailable, "TLS_FAILED"),
        "{error}"
    );
    let error = Client::connect("127.0.0.1:1").await.err().unwrap();
    assert_eq!(
        (error.code(), error.reason()),
        (Code::Unavailable, "UNAVAILABLE")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_an_unknown_authority_is_told() {
    let Ok(address) = std::env::var("PROTOVEC_TLS_ADDRESS") else {
        println!("skipped: there is no server with TLS; `npm run test:clients` starts one");
        return;
    };
    let secure = Client::builder().tls(protovec::TlsOptions::new());
    let error = secure.clone().connect(&address).await.err().unwrap();
    assert_eq!(
        (error.code(), error.reason()),
        (Code::Unavailable, "TLS_FAILED"),
        "{error}"
    );
    assert!(error.message().contains("TlsOptions::ca"), "{error}");
    // So it is when the first call connects.
    let client = secure.connect_lazy(&address).unwrap();
    let error = client.server_info().await.unwrap_err();
    assert_eq!(
        (error.code(), error.reason()),
        (Code::Unavailable, "TLS_FAILED"),
        "{error}"
    );
}
