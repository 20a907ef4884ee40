//! Filters of the cases, which are protobuf JSON, made with the filter builder.

use std::ops::Bound;

use protovec::{Filter, Timestamp, Value as Kind, filter};
use serde_json::Value;

use super::json::texts;

/// The filter of a step, if it has one.
pub fn filter_of(with: &Value) -> Option<Filter> {
    with.get("filter")
        .filter(|filter| !filter.is_null())
        .map(to_filter)
}

/// A filter without a condition is one that the server refuses.
fn to_filter(value: &Value) -> Filter {
    let fields = value
        .as_object()
        .unwrap_or_else(|| panic!("no filter: {value}"));
    let Some((condition, value)) = fields.iter().next() else {
        return Filter::default();
    };
    match condition.as_str() {
        "allOf" | "all_of" => filter::all(group(value)),
        "anyOf" | "any_of" => filter::any(group(value)),
        "noneOf" | "none_of" => filter::none(group(value)),
        "metadata" => metadata(value),
        "titleContains" | "title_contains" => filter::title_contains(value.as_str().unwrap()),
        "extensionIn" | "extension_in" => filter::extension_in(values(value)),
        "extensionNotIn" | "extension_not_in" => filter::extension_not_in(values(value)),
        "contentLength" | "content_length" => filter::content_length(range(value)),
        "ids" => filter::ids(values(value)),
        "createTime" | "create_time" => {
            filter::created_in(time(&value["start"]), time(&value["end"]))
        }
        "updateTime" | "update_time" => {
            filter::updated_in(time(&value["start"]), time(&value["end"]))
        }
        condition => panic!("no condition of a filter: {condition}"),
    }
}

fn group(value: &Value) -> Vec<Filter> {
    let filters = value["filters"].as_array();
    filters.map_or_else(Vec::new, |filters| filters.iter().map(to_filter).collect())
}

fn values(value: &Value) -> Vec<String> {
    value.get("values").map_or_else(Vec::new, texts)
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str().map(|text| text.parse().unwrap())
}

fn metadata(condition: &Value) -> Filter {
    let key = condition["key"].as_str().unwrap_or_default();
    let fields = condition.as_object().unwrap();
    let Some((test, value)) = fields.iter().find(|(name, _)| *name != "key") else {
        // The builder makes none without a test; one with an empty text is refused likewise.
        return filter::contains(key, "");
    };
    let string = || value.as_str().unwrap();
    match test.as_str() {
        "equals" => filter::eq(key, kind(value)),
        "notEquals" | "not_equals" => filter::ne(key, kind(value)),
        "contains" => filter::contains(key, string()),
        "startsWith" | "starts_with" => filter::starts_with(key, string()),
        "endsWith" | "ends_with" => filter::ends_with(key, string()),
        "oneOf" | "one_of" => {
            let values = value["values"].as_array().unwrap();
            filter::one_of(key, values.iter().map(kind))
        }
        "range" => filter::range(key, range(value)),
        "exists" if value.as_bool().unwrap() => filter::exists(key),
        "exists" => filter::missing(key),
        test => panic!("no test of metadata: {test}"),
    }
}

/// A MetadataValue in protobuf JSON.
fn kind(value: &Value) -> Kind {
    let fields = value.as_object().unwrap();
    let (name, value) = fields.iter().next().expect("a value has a kind");
    match name.as_str() {
        "stringValue" | "string_value" => Kind::String(value.as_str().unwrap().to_owned()),
        "boolValue" | "bool_value" => Kind::Bool(value.as_bool().unwrap()),
        "doubleValue" | "double_value" => Kind::Double(double(value)),
        "intValue" | "int_value" => Kind::Int(match value {
            Value::String(text) => text.parse().unwrap(),
            value => value.as_i64().unwrap(),
        }),
        "listValue" | "list_value" => Kind::List(values(value)),
        name => panic!("no kind of value: {name}"),
    }
}

fn double(value: &Value) -> f64 {
    match value {
        Value::String(name) => name.parse().expect("NaN or Infinity"),
        value => value.as_f64().unwrap(),
    }
}

fn range(value: &Value) -> (Bound<f64>, Bound<f64>) {
    let bound = |including: &str, excluding: &str| {
        let including = value
            .get(including)
            .map(|bound| Bound::Included(double(bound)));
        let excluding = value
            .get(excluding)
            .map(|bound| Bound::Excluded(double(bound)));
        including.or(excluding).unwrap_or(Bound::Unbounded)
    };
    (bound("gte", "gt"), bound("lte", "lt"))
}
