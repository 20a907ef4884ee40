//! `verify FILE`: reads a snapshot file to its end and tells what it is.

use std::{env, process::ExitCode};

use protovec::snapshot::{ReadOptions, SnapshotSummary};

fn main() -> ExitCode {
    let Some(file) = env::args().nth(1) else {
        eprintln!("usage: verify FILE");
        return ExitCode::from(2);
    };
    let read = ReadOptions::new().allow_unsealed(true).open(&file);
    match read.and_then(|reader| reader.finish()) {
        Ok(summary) => {
            tell(&summary);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn tell(summary: &SnapshotSummary) {
    let sealed = if summary.is_sealed {
        "sealed, checksums match"
    } else {
        "unsealed: damage cannot be told"
    };
    let (parts, records) = (summary.parts, summary.record_count);
    println!("{parts} parts, {records} records, {sealed}");
}
