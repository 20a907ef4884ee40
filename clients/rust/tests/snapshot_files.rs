//! The golden snapshot files, read without a server.

mod golden;

use std::{fs, io::Read};

use golden::golden;
use protovec::{
    Code, Error, Metric, Record, Value,
    snapshot::{ReadOptions, SnapshotReader},
};

fn records(name: &str) -> Vec<Record> {
    let reader = ReadOptions::new().allow_unsealed(true).open(golden(name));
    reader.unwrap().collect::<Result<_, _>>().unwrap()
}

fn refused(bytes: &[u8]) -> Error {
    match SnapshotReader::new(bytes) {
        Err(error) => error,
        Ok(reader) => reader.finish().unwrap_err(),
    }
}

#[test]
fn the_header_and_every_kind_of_value_are_read() {
    let mut reader = SnapshotReader::open(golden("snapshot-v1.pb")).unwrap();
    let header = reader.header().clone();
    assert_eq!((header.version.as_str(), header.dimension), ("1.0.0", 5));
    assert_eq!(header.metric, Metric::Euclidean);
    assert_eq!(header.collection, "golden");
    assert_eq!(header.embedding_model, "some/model@1");
    assert_eq!(header.log_sequence, 4_503_599_627_370_497);
    assert_eq!(header.created_at.unwrap().nanos, 123_456_789);
    let index = header.index_config.unwrap();
    assert_eq!((index.connectivity, index.expansion_add), (24, 160));

    let first = reader.next().unwrap().unwrap();
    assert_eq!(first.id, "0190a5d4-7c1e-7b3a-9d55-0c2f6e8a4b10");
    assert!(first.title.starts_with("Grüße aus Köln: 你好"));
    assert_eq!(first.file_path.as_deref(), Some("/data/Файл.md"));
    assert_eq!(first.embedding[..3], [1.0, -0.5, 0.25]);
    assert_eq!(first.metadata["int max"], Value::Int(i64::MAX));
    assert_eq!(first.metadata["int min"], Value::Int(i64::MIN));
    assert_eq!(first.metadata["smallest"], Value::Double(5e-324));
    assert_eq!(first.metadata["yes"], Value::Bool(true));
    assert_eq!(first.metadata["tags"], Value::from(["a", "", "ß"]));
    assert_eq!(first.create_time.unwrap().nanos, 999_999_999);
    let second = reader.next().unwrap().unwrap();
    assert_eq!(second.id, "x".repeat(255));
    assert_eq!(second.extension.as_deref(), Some(""));
    assert_eq!(second.metadata["none"], Value::List(Vec::new()));
    assert_eq!(second.metadata["zero"], Value::Int(0));
    assert_eq!(second.revision, u64::MAX);
    let third = reader.next().unwrap().unwrap();
    assert_eq!((third.id.as_str(), third.file_path), ("é\0\u{301}", None));

    let summary = reader.finish().unwrap();
    assert_eq!((summary.parts, summary.record_count), (1, 10));
    assert!(summary.is_sealed);
}

#[test]
fn all_encodings_hold_the_same_records() {
    let plain = records("snapshot-v1.pb");
    assert_eq!(plain.len(), 10);
    assert_eq!(records("snapshot-v1.compressed.pb"), plain);
    assert_eq!(records("snapshot-v1.unsealed.pb"), plain);
    let both = records("snapshot-v1.two-parts.pb");
    assert_eq!(both[..10], plain);
    let last: Vec<&str> = both[10..].iter().map(|record| record.id.as_str()).collect();
    assert_eq!(last, ["record 3", "record 7"]);
}

#[test]
fn parts_are_counted_and_must_agree() {
    let summary = SnapshotReader::open(golden("snapshot-v1.two-parts.pb"));
    let summary = summary.unwrap().finish().unwrap();
    assert_eq!((summary.parts, summary.record_count), (2, 12));
    assert!(summary.is_sealed);

    // A part of another dimension, by hand: version, dimension 4, and nothing else.
    let whole = fs::read(golden("snapshot-v1.pb")).unwrap();
    let other = [whole.as_slice(), b"\x0a\x051.0.0\x10\x04"].concat();
    let reader = ReadOptions::new()
        .allow_unsealed(true)
        .read(&*other)
        .unwrap();
    let error = reader.finish().unwrap_err();
    assert_eq!(error.reason(), "STORAGE_CORRUPTED");
    assert!(
        error
            .message()
            .contains("dimension 4 after a part of dimension 5"),
        "{error}"
    );
}

#[test]
fn unsealed_files_are_read_only_on_request() {
    let bytes = fs::read(golden("snapshot-v1.unsealed.pb")).unwrap();
    let error = refused(&bytes);
    assert_eq!(error.code(), Code::DataLoss);
    assert!(error.message().contains("allow_unsealed"), "{error}");
    let reader = ReadOptions::new()
        .allow_unsealed(true)
        .read(&*bytes)
        .unwrap();
    assert_eq!(reader.header().collection, "golden");
    assert!(!reader.finish().unwrap().is_sealed);
}

#[test]
fn a_sealed_part_without_its_footer_is_not_taken_for_an_unsealed_one() {
    let bytes = fs::read(golden("snapshot-v1.pb")).unwrap();
    // The footer is the last field: its tag, its length, and as many bytes.
    let footer = (0..bytes.len() - 1)
        .rfind(|at| bytes[*at] == 0x62 && at + 2 + usize::from(bytes[at + 1]) == bytes.len())
        .unwrap();
    let reader = ReadOptions::new().allow_unsealed(true);
    let error = reader.read(&bytes[..footer]).unwrap().finish().unwrap_err();
    assert!(error.message().contains("without a footer"), "{error}");
    assert_eq!(error.metadata()["records_read"], "10");
}

#[test]
fn damage_names_file_offset_and_what_was_read() {
    let mut bytes = fs::read(golden("snapshot-v1.pb")).unwrap();
    bytes[500] ^= 1;
    let reader = ReadOptions::new().name("bad.pb").read(&*bytes);
    let error = reader
        .err()
        .expect("nothing is handed out before its checksum");
    assert_eq!(
        (error.code(), error.reason()),
        (Code::DataLoss, "STORAGE_CORRUPTED")
    );
    assert_eq!(error.metadata()["file"], "bad.pb");
    assert_eq!(error.metadata()["records_read"], "0");
    let offset: usize = error.metadata()["offset"].parse().unwrap();
    assert!(offset > 0 && offset < bytes.len());
    assert!(error.message().contains("do not match it"), "{error}");
}

#[test]
fn newer_majors_json_and_what_is_no_snapshot_are_refused() {
    let mut newer = fs::read(golden("snapshot-v1.pb")).unwrap();
    newer[2] = b'2';
    assert!(refused(&newer).message().contains("use a newer one"));
    let json = fs::read(golden("snapshot-v1.json")).unwrap();
    assert!(refused(&json).message().contains("snapshot convert"));
    for bytes in [
        &b""[..],
        b"\x1a\x00",
        b"hello world",
        b"\xff\xff\xff\xff\xff\xff",
    ] {
        assert_eq!(refused(bytes).code(), Code::DataLoss, "{bytes:?}");
    }
    let error = SnapshotReader::open("/nowhere/docs.pb").err().unwrap();
    assert_eq!(
        (error.code(), error.reason()),
        (Code::NotFound, "FILE_UNREADABLE")
    );
}

#[test]
fn embeddings_have_the_dimension_of_the_header() {
    // An unsealed file of dimension 2 and a record "a" with one value.
    let record = b"\x0a\x01a\x32\x04\x00\x00\x80\x3f";
    let file = [b"\x0a\x051.0.0\x10\x02\x1a\x09".as_slice(), record].concat();
    let reader = ReadOptions::new()
        .allow_unsealed(true)
        .read(&*file)
        .unwrap();
    let error = reader.finish().unwrap_err();
    assert!(
        error.message().contains("has 1 dimensions, the snapshot 2"),
        "{error}"
    );
}

#[test]
fn a_length_is_not_believed_before_its_bytes_are_there() {
    // A record that says that it is 4 GiB long, and one of 16 MiB that the file does not have.
    for length in [&b"\xff\xff\xff\xff\x0f"[..], b"\xf0\xff\xff\x07"] {
        let file = [b"\x0a\x051.0.0\x10\x02\x1a".as_slice(), length].concat();
        let error = refused(&file);
        assert_eq!(error.reason(), "STORAGE_CORRUPTED", "{error}");
    }
}

#[test]
fn memory_does_not_grow_with_the_file() {
    /// Gives one part after the other without end, and counts what was taken.
    struct Endless<'a> {
        part: &'a [u8],
        given: usize,
    }
    impl Read for Endless<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let rest = &self.part[self.given % self.part.len()..];
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            self.given += count;
            Ok(count)
        }
    }
    let part = fs::read(golden("snapshot-v1.compressed.pb")).unwrap();
    let endless = Endless {
        part: &part,
        given: 0,
    };
    let mut reader = SnapshotReader::new(endless).unwrap();
    for _ in 0..20_000 {
        reader.next().unwrap().unwrap();
    }
    assert_eq!(reader.record_count(), 20_000);
    assert_eq!(reader.parts(), 2_000);
}
