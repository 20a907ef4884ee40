//! The steps on collections, records and searches.

use std::time::Duration;

use protovec::{
    Client, Collection, CollectionConfig, Embedder, Error, IngestOptions, InsertOptions,
    ListOptions, Query, Record, ResultStream, UpsertManyOptions, UpsertOptions, WriteMode,
};
use serde_json::{Value, json};

use super::{
    answers,
    filters::filter_of,
    json::{floats, from_record, misfit, records, text, texts, to_record},
};

/// Does one step and gives its answer.
pub async fn act(client: &Client, action: &str, with: &Value) -> Result<Value, Error> {
    match action {
        "server_info" => {
            let info = client.server_info().await?;
            Ok(json!({ "version": info.version }))
        }
        "create_collection" => {
            let name = text(with, "name");
            let info = client.create_collection(name, config(with)).await?;
            Ok(answers::collection(&info))
        }
        "get_collection" => {
            let info = client.get_collection(text(with, "collection")).await?;
            Ok(answers::collection(&info))
        }
        "list_collections" => {
            let collections = client.list_collections().await?;
            let mut names: Vec<_> = collections.into_iter().map(|info| info.name).collect();
            names.sort();
            Ok(json!({ "names": names }))
        }
        "delete_collection" => {
            client.delete_collection(text(with, "collection")).await?;
            Ok(Value::Null)
        }
        _ => {
            let collection = client.collection(text(with, "collection"));
            let collection = match with["timeout_ms"].as_u64() {
                Some(ms) => collection.with_timeout(Duration::from_millis(ms)),
                None => collection,
            };
            on_collection(&collection, action, with).await
        }
    }
}

async fn on_collection(docs: &Collection, action: &str, with: &Value) -> Result<Value, Error> {
    match action {
        "upsert" | "upsert_many" | "insert_many" | "ingest" => write(docs, action, with).await,
        "get" | "get_many" | "count" | "list" | "export" => read(docs, action, with).await,
        "search" | "search_many" | "search_stream" => search(docs, action, with).await,
        "delete" => {
            docs.delete(text(with, "id")).await?;
            Ok(Value::Null)
        }
        "delete_many" => {
            let deleted = match filter_of(with) {
                Some(filter) => docs.delete_matching(filter).await?,
                None => docs.delete_many(texts(&with["ids"])).await?,
            };
            Ok(json!({ "deleted": deleted }))
        }
        "deadline" => read(docs, "export", with).await,
        "cancel_export" => cancel_export(docs, with).await,
        "cancel_search_stream" => cancel_search_stream(docs, with).await,
        action => panic!("no step of this runner: {action}"),
    }
}

fn config(with: &Value) -> CollectionConfig {
    let mut config = CollectionConfig::new();
    if let Some(dimension) = with.get("dimension") {
        config = config.dimension(number("config.dimension", dimension));
    }
    if let Some(metric) = with["metric"].as_str() {
        config = config.metric(answers::to_metric(metric));
    }
    if let Some(model) = with["embedding_model"].as_str() {
        config = config.embedding_model(model);
    }
    match with["embedder"].as_str() {
        Some("builtin") => config.embedder(Embedder::Builtin),
        Some(embedder) => panic!("no embedder: {embedder}"),
        None => config,
    }
}

fn number(field: &str, value: &Value) -> u32 {
    let number = value.as_u64().and_then(|number| number.try_into().ok());
    number.unwrap_or_else(|| panic!("{}", misfit(field, value)))
}

fn mode(with: &Value) -> WriteMode {
    match with["mode"].as_str() {
        None | Some("upsert") => WriteMode::Upsert,
        Some("insert") => WriteMode::Insert,
        Some("update") => WriteMode::Update,
        Some(mode) => panic!("no mode: {mode}"),
    }
}

async fn write(docs: &Collection, action: &str, with: &Value) -> Result<Value, Error> {
    let mode = mode(with);
    match action {
        "upsert" => {
            let options = UpsertOptions {
                mode,
                expected_revision: with["expected_revision"].as_u64(),
            };
            let result = docs
                .upsert_with(to_record(&with["record"]), options)
                .await?;
            Ok(json!({
                "id": result.id,
                "created": result.created,
                "durable": result.durable,
                "sequence": result.sequence,
                "revision": result.sequence,
            }))
        }
        "upsert_many" => {
            let options = UpsertManyOptions {
                mode,
                all_or_nothing: with["all_or_nothing"].as_bool().unwrap_or(false),
            };
            let results = docs.upsert_many_with(records(with), options).await?;
            Ok(answers::results(&results))
        }
        "insert_many" => {
            let options = InsertOptions::new().mode(mode);
            let result = docs.insert_many_with(records(with), options).await?;
            Ok(answers::load(&result))
        }
        _ => {
            let mut options = IngestOptions::new().mode(mode);
            if let Some(key) = with["key"].as_str() {
                options = options.key(key);
            }
            if let Some(batches) = with["acknowledged_batches"].as_u64() {
                options = options.acknowledged_batches(batches);
            }
            let stop = with["stop_on_refusal"].as_bool().unwrap_or(false);
            let options = options.stop_on_refusal(stop);
            let result = docs.ingest(records(with), options).await?;
            Ok(answers::ingest(&result))
        }
    }
}

async fn read(docs: &Collection, action: &str, with: &Value) -> Result<Value, Error> {
    match action {
        "get" => Ok(from_record(docs.get(text(with, "id")).await?)),
        "get_many" => {
            let found = docs.get_many(texts(&with["ids"])).await?;
            let records: Vec<Value> = found.records.into_iter().map(from_record).collect();
            Ok(json!({ "records": records, "missing": found.missing }))
        }
        "count" => {
            let count = docs.count(filter_of(with)).await?;
            Ok(json!({ "count": count }))
        }
        "list" => {
            let ids = ids(docs.list(list_options(with))).await?;
            Ok(json!({ "count": ids.len(), "ids": ids }))
        }
        _ => {
            let mut ids = ids(docs.export(list_options(with))).await?;
            ids.sort();
            Ok(json!({ "count": ids.len(), "ids": ids }))
        }
    }
}

fn list_options(with: &Value) -> ListOptions {
    let mut options = ListOptions::new();
    if let Some(filter) = filter_of(with) {
        options = options.filter(filter);
    }
    if let Some(size) = with.get("page_size") {
        options = options.page_size(number("page_size", size));
    }
    if with["fields"].is_array() {
        options = options.fields(texts(&with["fields"]));
    }
    options
}

async fn ids(records: ResultStream<Record>) -> Result<Vec<String>, Error> {
    let records = records.collect().await?;
    Ok(records.into_iter().map(|record| record.id).collect())
}

fn query(with: &Value) -> Query {
    let mut query = if with["vector"].is_array() {
        Query::vector(floats(&with["vector"]))
    } else if let Some(id) = with["record_id"].as_str() {
        Query::record_id(id)
    } else if let Some(content) = with["content"].as_str() {
        Query::content(content)
    } else {
        // The surface has no search for nothing; an empty vector is refused likewise.
        Query::vector(Vec::new())
    };
    if let Some(limit) = with.get("limit") {
        query = query.limit(number("limit", limit));
    }
    if let Some(threshold) = with.get("threshold") {
        query = query.threshold(floats(&json!([threshold]))[0]);
    }
    if let Some(filter) = filter_of(with) {
        query = query.filter(filter);
    }
    if with["fields"].is_array() {
        query = query.fields(texts(&with["fields"]));
    }
    if let Some(candidates) = with.get("ef_search") {
        query = query.ef_search(number("ef_search", candidates));
    }
    if with["exact"] == true {
        query.exact()
    } else {
        query
    }
}

fn queries(with: &Value) -> Vec<Query> {
    with["queries"]
        .as_array()
        .unwrap()
        .iter()
        .map(query)
        .collect()
}

async fn search(docs: &Collection, action: &str, with: &Value) -> Result<Value, Error> {
    match action {
        "search" => Ok(answers::search(docs.search(query(with)).await?)),
        "search_many" => {
            let results = docs.search_many(queries(with)).await?;
            let results: Vec<Value> = results.into_iter().map(answers::search).collect();
            Ok(json!({ "results": results }))
        }
        _ => {
            let mut found = docs.search_stream(queries(with)).collect().await?;
            found.sort_by_key(|answer| answer.index);
            let results = found.into_iter().map(|answer| match answer.result {
                Ok(result) => answers::search(result),
                Err(error) => json!({ "error": answers::error(&error) }),
            });
            Ok(json!({ "results": results.collect::<Vec<_>>() }))
        }
    }
}

/// Reads some records of an export and drops it; then the client must still work.
async fn cancel_export(docs: &Collection, with: &Value) -> Result<Value, Error> {
    let mut export = docs.export(ListOptions::new());
    let mut read = 0;
    while read < with["after"].as_u64().unwrap() {
        export.next().await.expect("the export has more records")?;
        read += 1;
    }
    drop(export);
    docs.count(None).await?;
    Ok(json!({ "read": read }))
}

/// Reads some answers of a stream of searches and drops it; then the client must still work.
async fn cancel_search_stream(docs: &Collection, with: &Value) -> Result<Value, Error> {
    let mut found = docs.search_stream(queries(with));
    let mut read = 0;
    while read < with["after"].as_u64().unwrap() {
        found.next().await.expect("the stream has more answers")?;
        read += 1;
    }
    drop(found);
    docs.count(None).await?;
    Ok(json!({ "read": read }))
}
