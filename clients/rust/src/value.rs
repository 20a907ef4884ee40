//! The values that records can be filtered by.

use std::collections::BTreeMap;

use crate::{Code, Error, v1};

/// The metadata of a record: at most 256 keys of 1 to 255 bytes.
pub type Metadata = BTreeMap<String, Value>;

/// A typed metadata value. Every value keeps its kind on the way to the server and back.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    String(String),
    /// A signed integer, exact over the whole 64 bits.
    Int(i64),
    /// A finite number; the server refuses others.
    Double(f64),
    /// True or false.
    Bool(bool),
    /// Several texts, such as tags: at most 1,024.
    List(Vec<String>),
}

impl Value {
    /// The text of a [`Value::String`].
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a [`Value::Int`].
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

macro_rules! from_numbers {
    ($kind:ident: $($number:ty),*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::$kind(number.into())
            }
        })*
    };
}

from_numbers!(Int: i8, i16, i32, i64, u8, u16, u32);
from_numbers!(Double: f32, f64);

impl<T: Into<String>> From<Vec<T>> for Value {
    fn from(texts: Vec<T>) -> Self {
        Self::List(texts.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for Value {
    fn from(texts: [T; N]) -> Self {
        Self::List(texts.into_iter().map(Into::into).collect())
    }
}

impl From<Value> for v1::MetadataValue {
    fn from(value: Value) -> Self {
        use v1::metadata_value::Kind;
        let kind = match value {
            Value::String(text) => Kind::StringValue(text),
            Value::Int(number) => Kind::IntValue(number),
            Value::Double(number) => Kind::DoubleValue(number),
            Value::Bool(flag) => Kind::BoolValue(flag),
            Value::List(values) => Kind::ListValue(v1::StringList { values }),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::MetadataValue> for Value {
    type Error = Error;

    /// UNIMPLEMENTED for a kind that this version does not know.
    fn try_from(value: v1::MetadataValue) -> Result<Self, Error> {
        use v1::metadata_value::Kind;
        match value.kind {
            Some(Kind::StringValue(text)) => Ok(Self::String(text)),
            Some(Kind::IntValue(number)) => Ok(Self::Int(number)),
            Some(Kind::DoubleValue(number)) => Ok(Self::Double(number)),
            Some(Kind::BoolValue(flag)) => Ok(Self::Bool(flag)),
            Some(Kind::ListValue(list)) => Ok(Self::List(list.values)),
            None => Err(Error::new(
                Code::Unimplemented,
                "a metadata value has a kind that this version does not know; upgrade protovec",
            )),
        }
    }
}
