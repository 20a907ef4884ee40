//! Builds filters: which records a search, a count or an export is about.
//!
//! ```
//! use protovec::filter;
//!
//! let recent = filter::all([filter::eq("lang", "en"), filter::gte("year", 2020.0)]);
//! ```
//!
//! Each function gives the message [`Filter`] of the schema. Conditions on texts other than [`eq`],
//! [`ne`] and [`one_of`] ignore case; a record without the key matches none but [`missing`].

use std::ops::{Bound, RangeBounds};

use crate::{
    Timestamp, Value,
    v1::{
        FilterGroup, MetadataCondition, MetadataValueList, NumberRange, StringList, TimeRange,
        filter::Condition, metadata_condition::Test,
    },
};

pub use crate::v1::Filter;

impl From<Condition> for Filter {
    fn from(condition: Condition) -> Self {
        Self {
            condition: Some(condition),
        }
    }
}

fn metadata(key: impl Into<String>, test: Test) -> Filter {
    let condition = MetadataCondition {
        key: key.into(),
        test: Some(test),
    };
    Condition::Metadata(condition).into()
}

fn group(filters: impl IntoIterator<Item = Filter>) -> FilterGroup {
    FilterGroup {
        filters: filters.into_iter().collect(),
    }
}

fn texts<T: Into<String>>(values: impl IntoIterator<Item = T>) -> StringList {
    StringList {
        values: values.into_iter().map(Into::into).collect(),
    }
}

/// Every filter matches. No filter at all matches every record.
pub fn all(filters: impl IntoIterator<Item = Filter>) -> Filter {
    Condition::AllOf(group(filters)).into()
}

/// At least one filter matches.
pub fn any(filters: impl IntoIterator<Item = Filter>) -> Filter {
    Condition::AnyOf(group(filters)).into()
}

/// No filter matches.
pub fn none(filters: impl IntoIterator<Item = Filter>) -> Filter {
    Condition::NoneOf(group(filters)).into()
}

/// The value is equal, case included. A list of texts matches when one of them is equal.
pub fn eq(key: impl Into<String>, value: impl Into<Value>) -> Filter {
    metadata(key, Test::Equals(value.into().into()))
}

/// The key is there and its value is not equal.
pub fn ne(key: impl Into<String>, value: impl Into<Value>) -> Filter {
    metadata(key, Test::NotEquals(value.into().into()))
}

/// The value equals one of these, at most 1,024.
pub fn one_of<V: Into<Value>>(
    key: impl Into<String>,
    values: impl IntoIterator<Item = V>,
) -> Filter {
    let values = values.into_iter().map(|value| value.into().into());
    let values = values.collect();
    metadata(key, Test::OneOf(MetadataValueList { values }))
}

/// The text contains this one.
pub fn contains(key: impl Into<String>, text: impl Into<String>) -> Filter {
    metadata(key, Test::Contains(text.into()))
}

/// The text starts with this one.
pub fn starts_with(key: impl Into<String>, text: impl Into<String>) -> Filter {
    metadata(key, Test::StartsWith(text.into()))
}

/// The text ends with this one.
pub fn ends_with(key: impl Into<String>, text: impl Into<String>) -> Filter {
    metadata(key, Test::EndsWith(text.into()))
}

/// The number is greater.
pub fn gt(key: impl Into<String>, bound: f64) -> Filter {
    range(key, (Bound::Excluded(bound), Bound::Unbounded))
}

/// The number is greater or equal.
pub fn gte(key: impl Into<String>, bound: f64) -> Filter {
    range(key, bound..)
}

/// The number is less.
pub fn lt(key: impl Into<String>, bound: f64) -> Filter {
    range(key, ..bound)
}

/// The number is less or equal.
pub fn lte(key: impl Into<String>, bound: f64) -> Filter {
    range(key, ..=bound)
}

/// The number lies in the range: `filter::range("year", 2000.0..2010.0)`.
pub fn range(key: impl Into<String>, bounds: impl RangeBounds<f64>) -> Filter {
    metadata(key, Test::Range(number_range(&bounds)))
}

/// The key is there.
pub fn exists(key: impl Into<String>) -> Filter {
    metadata(key, Test::Exists(true))
}

/// The key is not there.
pub fn missing(key: impl Into<String>) -> Filter {
    metadata(key, Test::Exists(false))
}

/// The title contains this text.
pub fn title_contains(text: impl Into<String>) -> Filter {
    Condition::TitleContains(text.into()).into()
}

/// The extension is one of these.
pub fn extension_in<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Filter {
    Condition::ExtensionIn(texts(values)).into()
}

/// The record has an extension and it is none of these.
pub fn extension_not_in<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Filter {
    Condition::ExtensionNotIn(texts(values)).into()
}

/// The content's length in Unicode code points lies in the range.
pub fn content_length(bounds: impl RangeBounds<f64>) -> Filter {
    Condition::ContentLength(number_range(&bounds)).into()
}

/// The id is one of these, at most 10,000.
pub fn ids<T: Into<String>>(ids: impl IntoIterator<Item = T>) -> Filter {
    Condition::Ids(texts(ids)).into()
}

/// The record was created from `start` on and before `end`; a bound that is left out does not bind.
pub fn created_in(start: Option<Timestamp>, end: Option<Timestamp>) -> Filter {
    Condition::CreateTime(TimeRange { start, end }).into()
}

/// The record was last written from `start` on and before `end`.
pub fn updated_in(start: Option<Timestamp>, end: Option<Timestamp>) -> Filter {
    Condition::UpdateTime(TimeRange { start, end }).into()
}

fn number_range(bounds: &impl RangeBounds<f64>) -> NumberRange {
    let mut range = NumberRange::default();
    match bounds.start_bound() {
        Bound::Included(bound) => range.gte = Some(*bound),
        Bound::Excluded(bound) => range.gt = Some(*bound),
        Bound::Unbounded => {}
    }
    match bounds.end_bound() {
        Bound::Included(bound) => range.lte = Some(*bound),
        Bound::Excluded(bound) => range.lt = Some(*bound),
        Bound::Unbounded => {}
    }
    range
}

#[cfg(test)]
mod tests {
    use std::ops::Bound;

    use super::{gt, gte, lt, lte, range};
    use crate::v1::{Filter, NumberRange, filter::Condition, metadata_condition::Test};

    fn bounds(filter: Filter) -> NumberRange {
        match filter.condition {
            Some(Condition::Metadata(condition)) => match condition.test {
                Some(Test::Range(range)) => range,
                test => panic!("{test:?}"),
            },
            condition => panic!("{condition:?}"),
        }
    }

    #[test]
    fn ranges_bind_where_they_say() {
        let range_of = |gt, gte, lt, lte| NumberRange { gt, gte, lt, lte };
        assert_eq!(bounds(gt("n", 1.0)), range_of(Some(1.0), None, None, None));
        assert_eq!(bounds(gte("n", 1.0)), range_of(None, Some(1.0), None, None));
        assert_eq!(bounds(lt("n", 1.0)), range_of(None, None, Some(1.0), None));
        assert_eq!(bounds(lte("n", 1.0)), range_of(None, None, None, Some(1.0)));
        let both = range("n", (Bound::Excluded(1.0), Bound::Included(2.0)));
        assert_eq!(bounds(both), range_of(Some(1.0), None, None, Some(2.0)));
    }
}
