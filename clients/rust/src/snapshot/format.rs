//! The fixed facts of a snapshot file. The schema, `snapshot.proto`, is the specification.

/// Newest major version of the format that is read.
pub(super) const MAJOR: u64 = 1;

/// Tags (field number << 3 | wire type) of the fields of `StorageSnapshot`.
pub(super) mod tags {
    pub const VERSION: u32 = 0x0a;
    pub const DIMENSION: u32 = 0x10;
    pub const RECORD: u32 = 0x1a;
    pub const INDEX_CONFIG: u32 = 0x22;
    pub const CREATED_AT: u32 = 0x2a;
    pub const COLLECTION: u32 = 0x32;
    pub const METRIC: u32 = 0x38;
    pub const EMBEDDING_MODEL: u32 = 0x42;
    pub const LOG_SEQUENCE: u32 = 0x48;
    pub const CHECKSUM: u32 = 0x52;
    pub const FRAGMENT: u32 = 0x5a;
    pub const FOOTER: u32 = 0x62;
}

/// Highest field number that this version knows.
pub(super) const KNOWN_FIELD_MAX: u32 = 12;

/// Longest embedding.
pub(super) const DIMENSION_MAX: u32 = 65_536;

/// Most bytes between two checksums, and most bytes of one field.
pub(super) const COVERED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes of records of an unsealed part that are handed out together.
pub(super) const UNSEALED_BYTES: usize = 1024 * 1024;

/// Most bytes that a compressed fragment inflates to.
pub(super) const INFLATED_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Most bytes of the header fields of a part; they take some hundred.
pub(super) const HEADER_BYTES_MAX: usize = 64 * 1024;

/// Said whenever checksums are not where they belong.
pub(super) const MOVED: &str = "the file is damaged, or a program decoded it and encoded it again, \
    which moves the checksums to the end; such a program must clear `checksums` and `footers`, and \
    the file be read with allow_unsealed";

/// Whether the tag is that of a field that describes the part.
pub(super) fn is_header(tag: u32) -> bool {
    matches!(
        tag,
        tags::VERSION
            | tags::DIMENSION
            | tags::INDEX_CONFIG
            | tags::CREATED_AT
            | tags::COLLECTION
            | tags::METRIC
            | tags::EMBEDDING_MODEL
            | tags::LOG_SEQUENCE
    )
}

/// Why the value of a version field cannot be read, if it cannot.
pub(super) fn version_problem(version: &[u8]) -> Option<String> {
    let Some(major) = major_of(version) else {
        return Some("the version is not of the form 1.0.0: the file is damaged".to_owned());
    };
    if major <= MAJOR {
        return None;
    }
    let version = String::from_utf8_lossy(version);
    Some(format!(
        "written in format {version}, this version of the reader reads {MAJOR}.x: use a newer one"
    ))
}

fn major_of(version: &[u8]) -> Option<u64> {
    if version.len() > 32 {
        return None;
    }
    let mut numbers = std::str::from_utf8(version).ok()?.split('.');
    let major = number(numbers.next()?)?;
    number(numbers.next()?)?;
    number(numbers.next()?)?;
    numbers.next().is_none().then_some(major)
}

/// A number of digits alone. One that is too large for its type is newer than everything.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::version_problem;

    #[test]
    fn newer_minors_are_read_and_newer_majors_are_not() {
        assert_eq!(version_problem(b"1.0.0"), None);
        assert_eq!(version_problem(b"1.9.12"), None);
        for bad in ["2.0.0", "99999999999999999999.0.0"] {
            let problem = version_problem(bad.as_bytes()).unwrap();
            assert!(problem.starts_with("written in format"), "{problem}");
        }
        for bad in [
            "", "1", "1.0", "1.0.0.0", "1..0", "a.b.c", "+1.0.0", " 1.0.0",
        ] {
            let problem = version_problem(bad.as_bytes()).unwrap();
            assert!(problem.contains("not of the form"), "{bad}: {problem}");
        }
    }
}
