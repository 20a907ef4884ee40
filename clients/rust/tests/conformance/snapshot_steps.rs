//! The steps on snapshots, and those on snapshot files.

use std::fs;

use protovec::{
    CreateOptions, DifferenceKind, Error, MergeOptions, MergePolicy, RestoreOptions,
    SnapshotFormat, SnapshotInfo, Snapshots, UploadOptions, snapshot::ReadOptions,
};
use serde_json::{Value, json};

use super::{
    answers,
    filters::filter_of,
    json::{from_record, text},
    runner::Runner,
};

/// Does one step and gives its answer.
pub async fn act(runner: &Runner, action: &str, with: &Value) -> Result<Value, Error> {
    if action == "read_snapshot_file" {
        return read_file(runner, with);
    }
    let snapshots = runner
        .client
        .collection(text(with, "collection"))
        .snapshots();
    let id = || text(with, "snapshot_id");
    match action {
        "create_snapshot" => Ok(info(&snapshots.create(create_options(with)).await?)),
        "list_snapshots" => {
            let list = snapshots.list().await?;
            let ids: Vec<&str> = list.iter().map(|info| info.snapshot_id.as_str()).collect();
            Ok(json!({ "count": list.len(), "ids": ids }))
        }
        "delete_snapshot" => {
            snapshots.delete(id()).await?;
            Ok(Value::Null)
        }
        "download_snapshot" => {
            let to = runner.file(text(with, "to"));
            let size_bytes = snapshots.download_file(id(), to).await?;
            Ok(json!({ "size_bytes": size_bytes }))
        }
        "upload_snapshot" => {
            let allow = with["allow_unsealed"].as_bool().unwrap_or(false);
            let options = UploadOptions::new().allow_unsealed(allow);
            let from = runner.file(text(with, "from"));
            Ok(info(&snapshots.upload(from, options).await?))
        }
        "validate_snapshot" => {
            let report = snapshots.validate(id()).await?;
            Ok(json!({
                "valid": report.valid,
                "record_count": report.record_count,
                "finding_count": report.finding_count,
                "sealed": report.sealed,
            }))
        }
        "restore_snapshot" => restore(&snapshots, with).await,
        "merge_snapshot" => merge(runner, &snapshots, with).await,
        "diff_snapshots" => diff(&snapshots, with).await,
        action => panic!("no step of this runner: {action}"),
    }
}

fn info(info: &SnapshotInfo) -> Value {
    json!({
        "snapshot_id": info.snapshot_id,
        "record_count": info.record_count,
        "size_bytes": info.size_bytes,
        "compressed": info.compressed,
        "collection": info.collection,
    })
}

fn create_options(with: &Value) -> CreateOptions {
    let mut options = CreateOptions::new();
    match with["format"].as_str() {
        Some("binary") => options = options.format(SnapshotFormat::Binary),
        Some("json") => options = options.format(SnapshotFormat::Json),
        Some(format) => panic!("no format: {format}"),
        None => {}
    }
    if let Some(compressed) = with["compressed"].as_bool() {
        options = options.compressed(compressed);
    }
    match filter_of(with) {
        Some(filter) => options.filter(filter),
        None => options,
    }
}

async fn restore(snapshots: &Snapshots, with: &Value) -> Result<Value, Error> {
    let mut options = RestoreOptions::new();
    if let Some(into) = with["into"].as_str() {
        options = options.into_collection(into);
    }
    if let Some(filter) = filter_of(with) {
        options = options.filter(filter);
    }
    let result = snapshots
        .restore(text(with, "snapshot_id"), options)
        .await?;
    Ok(json!({ "record_count": result.record_count }))
}

async fn merge(runner: &Runner, snapshots: &Snapshots, with: &Value) -> Result<Value, Error> {
    let mut options = MergeOptions::new();
    let policy = match with["policy"].as_str() {
        None => None,
        Some("skip_existing" | "keep_existing") => Some(MergePolicy::SkipExisting),
        Some("overwrite") => Some(MergePolicy::Overwrite),
        Some("newest_wins") => Some(MergePolicy::NewestWins),
        Some("fail") => Some(MergePolicy::Fail),
        Some(policy) => panic!("no policy: {policy}"),
    };
    if let Some(policy) = policy {
        options = options.policy(policy);
    }
    options = options
        .dry_run(with["dry_run"].as_bool().unwrap_or(false))
        .allow_unsealed(with["allow_unsealed"].as_bool().unwrap_or(false));
    let result = match with["from"].as_str() {
        Some(name) => snapshots.merge_file(runner.file(name), options).await?,
        None => {
            let from = with["from_collection"].as_str();
            snapshots
                .merge(text(with, "snapshot_id"), from, options)
                .await?
        }
    };
    Ok(answers::merge(&result))
}

async fn diff(snapshots: &Snapshots, with: &Value) -> Result<Value, Error> {
    let from = text(with, "from");
    let mut diff = match with["to"].as_str() {
        Some(to) => snapshots.diff_snapshots(from, to, None),
        None => snapshots.diff(from),
    };
    let mut differences = Vec::new();
    while let Some(difference) = diff.next().await? {
        let kind = match difference.kind {
            DifferenceKind::Added => "added",
            DifferenceKind::Removed => "removed",
            DifferenceKind::Changed => "changed",
        };
        differences.push(json!({
            "id": difference.id,
            "kind": kind,
            "changed_fields": difference.changed_fields,
        }));
    }
    let summary = diff.summary().await?;
    Ok(json!({
        "added": summary.added_count,
        "removed": summary.removed_count,
        "changed": summary.changed_count,
        "unchanged": summary.unchanged_count,
        "differences": differences,
    }))
}

/// Reads a file without a server, of which a bit may be flipped or the end cut before.
fn read_file(runner: &Runner, with: &Value) -> Result<Value, Error> {
    let path = match with["golden"].as_str() {
        Some(name) => runner.golden(name),
        None => runner.file(text(with, "from")),
    };
    let mut bytes = fs::read(&path).unwrap();
    let index = |value: &Value| value.as_u64().map(|n| usize::try_from(n).unwrap());
    if let Some(length) = index(&with["cut"]) {
        bytes.truncate(length);
    }
    if let Some(at) = index(&with["flip"]["at"]) {
        bytes[at] ^= 1 << with["flip"]["bit"].as_u64().unwrap();
    }
    let allow_unsealed = with["allow_unsealed"].as_bool().unwrap_or(false);
    let mut reader = ReadOptions::new()
        .allow_unsealed(allow_unsealed)
        .name(path.display().to_string())
        .read(bytes.as_slice())?;
    let mut records = Vec::new();
    for record in &mut reader {
        records.push(from_record(record?));
    }
    let header = reader.header();
    Ok(json!({
        "version": header.version,
        "dimension": header.dimension,
        "metric": answers::metric(header.metric),
        "collection": header.collection,
        "embedding_model": header.embedding_model,
        "parts": reader.parts(),
        "sealed": reader.is_sealed(),
        "record_count": reader.record_count(),
        "records": records,
    }))
}
