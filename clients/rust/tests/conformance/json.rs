//! Records as the cases write them.

use protovec::{Error, Record, Value as Kind};
use serde_json::{Map, Value, json};

/// A value of a case that does not fit the argument that it is for: what the client's types refuse is
/// told as the server would.
pub fn misfit(field: &str, value: &Value) -> Error {
    panic!("the case gives {field} {value}, which the public surface cannot express")
}

/// The text of a field that a case must have.
pub fn text<'a>(with: &'a Value, key: &str) -> &'a str {
    with[key]
        .as_str()
        .unwrap_or_else(|| panic!("the case gives no {key}: {with}"))
}

/// The texts of an array.
pub fn texts(value: &Value) -> Vec<String> {
    let items = value
        .as_array()
        .unwrap_or_else(|| panic!("no array of texts: {value}"));
    items
        .iter()
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

/// 32-bit floats of an array.
pub fn floats(value: &Value) -> Vec<f32> {
    let items = value
        .as_array()
        .unwrap_or_else(|| panic!("no array of numbers: {value}"));
    items.iter().map(float).collect()
}

#[allow(clippy::cast_possible_truncation)]
fn float(value: &Value) -> f32 {
    match value {
        Value::String(name) => name.parse().expect("NaN or Infinity"),
        value => value.as_f64().unwrap() as f32,
    }
}

pub fn to_value(value: &Value) -> Kind {
    match value {
        Value::String(text) => Kind::String(text.clone()),
        Value::Bool(flag) => Kind::Bool(*flag),
        Value::Array(_) => Kind::List(texts(value)),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Kind::Int(number),
            None => Kind::Double(number.as_f64().unwrap()),
        },
        Value::Object(fields) if fields.contains_key("int") => {
            Kind::Int(text(value, "int").parse().unwrap())
        }
        Value::Object(fields) if fields.contains_key("double") => {
            Kind::Double(fields["double"].as_f64().unwrap())
        }
        value => panic!("no metadata value: {value}"),
    }
}

pub fn from_value(value: Kind) -> Value {
    match value {
        Kind::String(text) => text.into(),
        Kind::Bool(flag) => flag.into(),
        Kind::List(texts) => texts.into(),
        Kind::Double(number) => number.into(),
        Kind::Int(number) => number.into(),
    }
}

/// The record of a case. Fields that it leaves out are left out.
pub fn to_record(value: &Value) -> Record {
    let mut record = Record::default();
    for (key, value) in value
        .as_object()
        .unwrap_or_else(|| panic!("no record: {value}"))
    {
        let string = || value.as_str().unwrap().to_owned();
        match key.as_str() {
            "id" => record.id = string(),
            "content" => record.content = string(),
            "title" => record.title = string(),
            "file_path" => record.file_path = Some(string()),
            "extension" => record.extension = Some(string()),
            "embedding" => record.embedding = floats(value),
            "metadata" => {
                let metadata = value.as_object().unwrap().iter();
                record.metadata = metadata
                    .map(|(key, value)| (key.clone(), to_value(value)))
                    .collect();
            }
            key => panic!("a record has no field {key}"),
        }
    }
    record
}

pub fn from_record(record: Record) -> Value {
    let metadata = record.metadata.into_iter();
    let metadata: Map<String, Value> = metadata
        .map(|(key, value)| (key, from_value(value)))
        .collect();
    json!({
        "id": record.id,
        "content": record.content,
        "title": record.title,
        "file_path": record.file_path,
        "extension": record.extension,
        "embedding": record.embedding,
        "metadata": metadata,
        "revision": record.revision,
        "create_time": record.create_time.map(|time| time.to_string()),
        "update_time": record.update_time.map(|time| time.to_string()),
    })
}

/// The records of a step: those that it lists, or those that it says how to make, one at a time.
pub fn records(with: &Value) -> Box<dyn Iterator<Item = Record> + Send> {
    let listed = &with["records"];
    let generate = [&with["generate"], &listed["generate"]];
    match generate.into_iter().find(|generate| generate.is_object()) {
        Some(generate) => generated(generate),
        None => {
            let listed: Vec<Record> = listed
                .as_array()
                .unwrap_or_else(|| panic!("the case gives no records: {with}"))
                .iter()
                .map(to_record)
                .collect();
            Box::new(listed.into_iter())
        }
    }
}

fn generated(generate: &Value) -> Box<dyn Iterator<Item = Record> + Send> {
    let number = |key: &str| generate[key].as_i64().unwrap_or(0);
    let (count, dimension, first) = (number("count"), number("dimension"), number("first"));
    let content = "x".repeat(usize::try_from(number("content_bytes")).unwrap());
    Box::new((first..first + count).map(move |i| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let embedding: Vec<f32> = (0..dimension)
            .map(|j| (((i * 31 + j * 17) % 101) as f64 / 101.0 + 0.01) as f32)
            .collect();
        Record::new(format!("g{i}"))
            .content(content.clone())
            .embedding(embedding)
            .metadata("n", i)
            .metadata("even", i % 2 == 0)
    }))
}
