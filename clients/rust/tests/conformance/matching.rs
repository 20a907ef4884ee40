//! Whether an answer is what a case expects: by subset.

use serde_json::Value;

const TOLERANCE: f64 = 1e-4;

/// Why the answer does not match, if it does not. `path`: where in the answer.
pub fn mismatch(expected: &Value, actual: Option<&Value>, path: &str) -> Option<String> {
    let actual = actual.filter(|value| !value.is_null());
    if expected.is_null() {
        return actual.map(|value| format!("{path} is {value}; nothing is expected"));
    }
    let Some(actual) = actual else {
        return Some(format!("{path} is absent; {expected} is expected"));
    };
    let expected = plain(expected);
    let actual = plain(actual);
    match (&expected, &actual) {
        (Value::Object(fields), _) if fields.get("$any") == Some(&Value::Bool(true)) => None,
        (Value::Object(fields), Value::Object(found)) => fields
            .iter()
            .find_map(|(key, value)| mismatch(value, found.get(key), &format!("{path}.{key}"))),
        (Value::Array(items), Value::Array(found)) => {
            if items.len() != found.len() {
                let (found, items) = (found.len(), items.len());
                return Some(format!(
                    "{path} has {found} items; {items} are expected: {actual}"
                ));
            }
            let pairs = items.iter().zip(found).enumerate();
            pairs
                .filter_map(|(place, (item, found))| {
                    mismatch(item, Some(found), &format!("{path}[{place}]"))
                })
                .next()
        }
        (Value::Number(one), Value::Number(two)) if one.is_f64() || two.is_f64() => {
            let (one, two) = (one.as_f64()?, two.as_f64()?);
            let most = TOLERANCE * one.abs().max(1.0);
            ((one - two).abs() > most).then(|| format!("{path} is {two}; {one} is expected"))
        }
        (expected, actual) if expected == actual => None,
        (expected, actual) => Some(format!("{path} is {actual}; {expected} is expected")),
    }
}

/// `{"int": "5"}` and `{"double": 2}` as numbers.
fn plain(value: &Value) -> Value {
    let Value::Object(fields) = value else {
        return value.clone();
    };
    if fields.len() == 1 {
        if let Some(Value::String(number)) = fields.get("int") {
            return number.parse::<i64>().expect("an int64 as text").into();
        }
        if let Some(number) = fields.get("double") {
            return number.clone();
        }
    }
    value.clone()
}
