//! Answers of the client as the cases expect them.

use protovec::{
    CollectionInfo, Error, InsertResult, MergeResult, Metric, Outcome, RecordError, RecordResult,
    SearchResult,
};
use serde_json::{Value, json};

use super::json::from_record;

pub fn error(error: &Error) -> Value {
    json!({
        "code": error.code().name(),
        "reason": error.reason(),
        "field": error.field(),
        "message": error.message(),
    })
}

pub fn collection(info: &CollectionInfo) -> Value {
    let config = info.config.clone().unwrap_or_default();
    json!({
        "name": info.name,
        "dimension": config.dimension,
        "metric": metric(config.metric()),
        "embedding_model": config.embedding_model,
        "record_count": info.record_count,
    })
}

pub fn metric(metric: Metric) -> &'static str {
    match metric {
        Metric::Cosine => "cosine",
        Metric::Dot => "dot",
        Metric::Euclidean => "euclidean",
        Metric::Unspecified => "unspecified",
    }
}

pub fn to_metric(name: &str) -> Metric {
    match name {
        "cosine" => Metric::Cosine,
        "dot" => Metric::Dot,
        "euclidean" => Metric::Euclidean,
        name => panic!("no metric: {name}"),
    }
}

fn record_error(error: &RecordError) -> Value {
    json!({
        "index": error.index,
        "id": error.id,
        "code": error.code.name(),
        "reason": error.reason,
        "field": error.field,
    })
}

pub fn results(results: &[RecordResult]) -> Value {
    let (mut created, mut updated, mut errors) = (0, 0, Vec::new());
    for result in results {
        match &result.outcome {
            Outcome::Created => created += 1,
            Outcome::Updated => updated += 1,
            Outcome::Failed(error) => errors.push(record_error(error)),
        }
    }
    json!({
        "created": created,
        "updated": updated,
        "failed": errors.len(),
        "errors": errors,
        "ids": results.iter().map(|result| result.id.as_str()).collect::<Vec<_>>(),
    })
}

pub fn load(result: &InsertResult) -> Value {
    json!({
        "created": result.created,
        "updated": result.updated,
        "failed": result.failed,
        "errors": result.errors.iter().map(record_error).collect::<Vec<_>>(),
        "durable": result.durable,
    })
}

pub fn ingest(result: &protovec::IngestResult) -> Value {
    json!({
        "created": result.created,
        "updated": result.updated,
        "failed": result.failed,
        "errors": result.errors.iter().map(record_error).collect::<Vec<_>>(),
        "durable": result.durable,
        "key": result.key,
        "acknowledged_batches": result.acknowledged_batches,
        "reconnects": result.reconnects,
    })
}

pub fn search(result: SearchResult) -> Value {
    let hits: Vec<Value> = result
        .hits
        .into_iter()
        .map(|hit| {
            json!({
                "id": hit.record.id,
                "score": hit.score,
                "distance": hit.distance,
                "record": from_record(hit.record),
            })
        })
        .collect();
    let method = format!("{:?}", result.method).to_lowercase();
    json!({ "hits": hits, "method": method })
}

pub fn merge(result: &MergeResult) -> Value {
    json!({
        "added": result.created_count,
        "created": result.created_count,
        "created_count": result.created_count,
        "replaced": result.replaced_count,
        "replaced_count": result.replaced_count,
        "skipped": result.skipped_count,
        "skipped_count": result.skipped_count,
        "conflicts": result.conflicts.iter().map(|conflict| json!({
            "id": conflict.id,
            "replaced": conflict.replaced,
        })).collect::<Vec<_>>(),
        "durable": result.durable,
    })
}
