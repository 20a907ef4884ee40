//! Loads records, searches them, takes a snapshot, reads it without the server and merges it back.

use std::{env, error::Error, fs, path::Path};

use protovec::{
    Client, CollectionConfig, CreateOptions, Embedder, MergeOptions, Query, Record, filter,
    snapshot::SnapshotReader,
};

const COLLECTION: &str = "quickstart-rust";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args()
        .nth(1)
        .or_else(|| env::var("PROTOVEC_ADDRESS").ok());
    let address = address.unwrap_or_else(|| "127.0.0.1:50051".to_owned());
    let client = Client::connect(&address).await?;
    match client.delete_collection(COLLECTION).await {
        Err(error) if error.reason() != "COLLECTION_NOT_FOUND" => return Err(error.into()),
        _ => {}
    }
    // The server makes the vectors of texts.
    let config = CollectionConfig::new().embedder(Embedder::Builtin);
    client.create_collection(COLLECTION, config).await?;
    let notes = client.collection(COLLECTION);

    let path = env::var("PROTOVEC_RECORDS").unwrap_or_else(|_| "records.jsonl".to_owned());
    let records = records(Path::new(&path))?;
    let loaded = notes.insert_many(records).await?;
    println!(
        "{} records created, {} refused",
        loaded.created, loaded.failed
    );

    let query = Query::content("a musical instrument with strings")
        .limit(3)
        .filter(filter::eq("topic", "noun.artifact"));
    for hit in notes.search(query).await?.hits {
        println!(
            "{:.3}  {}: {}",
            hit.score, hit.record.title, hit.record.content
        );
    }

    let snapshots = notes.snapshots();
    let taken = snapshots.create(CreateOptions::new()).await?;
    let file = env::temp_dir().join(format!("{}.pb", taken.snapshot_id));
    let bytes = snapshots.download_file(&taken.snapshot_id, &file).await?;
    // No server is needed to read the file; its checksums are verified on the way.
    let checked = SnapshotReader::open(&file)?.finish()?;
    println!(
        "snapshot: {bytes} bytes, {} records, sealed: {}",
        checked.record_count, checked.is_sealed
    );

    // Every record is there already, so nothing changes.
    let merged = snapshots.merge_file(&file, MergeOptions::new()).await?;
    println!(
        "merged: {} added, {} skipped",
        merged.created_count, merged.skipped_count
    );
    fs::remove_file(&file)?;

    match notes.get("no such record").await {
        Err(error) => println!("as expected: {}", error.reason()),
        Ok(record) => println!("there is one: {}", record.title),
    }
    client.delete_collection(COLLECTION).await?;
    Ok(())
}

/// One JSON record a line: id, title, content, metadata.
fn records(path: &Path) -> Result<Vec<Record>, Box<dyn Error>> {
    let lines = fs::read_to_string(path)?;
    let record = |line: &str| -> Result<Record, Box<dyn Error>> {
        let json: serde_json::Value = serde_json::from_str(line)?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let mut record = Record::new(text(&json["id"]))
            .title(text(&json["title"]))
            .content(text(&json["content"]));
        for (key, value) in json["metadata"].as_object().into_iter().flatten() {
            record = record.metadata(key, text(value));
        }
        Ok(record)
    };
    lines.lines().map(record).collect()
}
