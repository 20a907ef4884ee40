//! Damaged snapshot files: never a crash, never records that differ from the original after an end
//! without an error. `PROTOVEC_FUZZ_SEED` repeats a run.

mod golden;

use std::{env, fs};

use golden::golden;
use protovec::{Error, Record, snapshot::ReadOptions};

const SEALED: [&str; 3] = [
    "snapshot-v1.pb",
    "snapshot-v1.compressed.pb",
    "snapshot-v1.two-parts.pb",
];

fn read(bytes: &[u8], allow_unsealed: bool) -> (Vec<Record>, Option<Error>) {
    let mut records = Vec::new();
    let reader = ReadOptions::new()
        .allow_unsealed(allow_unsealed)
        .read(bytes);
    let reader = match reader {
        Ok(reader) => reader,
        Err(error) => return (records, Some(error)),
    };
    for record in reader {
        match record {
            Ok(record) => records.push(record),
            Err(error) => return (records, Some(error)),
        }
    }
    (records, None)
}

/// Holds what is read of damaged bytes to the original records.
fn check(original: &[Record], damaged: &[u8], what: &str) {
    let (records, error) = read(damaged, false);
    assert!(
        original.starts_with(&records),
        "{what}: records that are not those of the file came out"
    );
    match error {
        Some(error) => {
            assert_eq!(error.reason(), "STORAGE_CORRUPTED", "{what}: {error}");
            assert!(error.metadata().contains_key("offset"), "{what}: {error}");
        }
        None => panic!("{what}: not noticed"),
    }
}

#[test]
fn every_cut_of_a_sealed_file_is_noticed() {
    for name in SEALED {
        let bytes = fs::read(golden(name)).unwrap();
        let (original, error) = read(&bytes, false);
        assert!(error.is_none());
        for cut in 0..bytes.len() {
            // Cut between its parts, a file of two is a whole file of one.
            if let (records, None) = read(&bytes[..cut], false) {
                assert!(name.contains("two"), "{name} cut at {cut}: not noticed");
                assert_eq!(records, original[..10]);
                continue;
            }
            check(&original, &bytes[..cut], &format!("{name} cut at {cut}"));
        }
    }
}

#[test]
fn every_flipped_bit_of_a_sealed_file_is_noticed() {
    for name in SEALED {
        let mut bytes = fs::read(golden(name)).unwrap();
        let (original, _) = read(&bytes, false);
        for place in 0..bytes.len() * 8 {
            bytes[place / 8] ^= 1 << (place % 8);
            check(
                &original,
                &bytes,
                &format!("{name} with bit {place} flipped"),
            );
            bytes[place / 8] ^= 1 << (place % 8);
        }
    }
}

#[test]
fn several_kinds_of_damage_at_once_never_crash_the_reader() {
    let seed = env::var("PROTOVEC_FUZZ_SEED").map_or_else(
        |_| fastrand::u64(..),
        |seed| seed.parse().expect("PROTOVEC_FUZZ_SEED is a number"),
    );
    println!("PROTOVEC_FUZZ_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let files: Vec<Vec<u8>> = SEALED
        .into_iter()
        .chain(["snapshot-v1.unsealed.pb"])
        .map(|name| fs::read(golden(name)).unwrap())
        .collect();
    for round in 0..20_000 {
        let mut bytes = files[random.usize(..files.len())].clone();
        for _ in 0..=random.usize(..4) {
            damage(&mut bytes, &files, &mut random);
        }
        let allow_unsealed = random.bool();
        let reader = ReadOptions::new()
            .allow_unsealed(allow_unsealed)
            .read(&*bytes);
        let mut error = reader.as_ref().err().cloned();
        let mut reader = reader.ok();
        while let Some(record) = reader.as_mut().and_then(Iterator::next) {
            match record {
                Ok(record) => {
                    let dimension = reader.as_ref().unwrap().header().dimension;
                    let length = record.embedding.len();
                    assert_eq!(length, dimension as usize, "seed {seed}, round {round}");
                }
                Err(refused) => error = Some(refused),
            }
        }
        if let Some(error) = error {
            assert_eq!(
                error.reason(),
                "STORAGE_CORRUPTED",
                "seed {seed}, round {round}"
            );
        }
    }
}

fn damage(bytes: &mut Vec<u8>, files: &[Vec<u8>], random: &mut fastrand::Rng) {
    if bytes.is_empty() {
        return;
    }
    let at = random.usize(..bytes.len());
    match random.u8(..5) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << random.u8(..8),
        2 => bytes[at] = random.u8(..),
        3 => {
            bytes.insert(at, random.u8(..));
        }
        _ => {
            // A piece of another file.
            let other = &files[random.usize(..files.len())];
            let from = random.usize(..other.len());
            let to = (from + random.usize(..200)).min(other.len());
            bytes.splice(at..at, other[from..to].iter().copied());
        }
    }
}
