//! Runs the cases that every client must pass, `test/conformance/*.json`, against the public surface.
//! Its README tells the format and the environment.

mod answers;
mod filters;
mod json;
mod matching;
mod runner;
mod snapshot_steps;
mod steps;
#[path = "../support/mod.rs"]
mod support;

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use self::{
    runner::{Runner, Verdict},
    support::{Server, root},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_passes() {
    let folder = env::var_os("PROTOVEC_CONFORMANCE")
        .map_or_else(|| root().join("test/conformance"), PathBuf::from);
    // Kept to the end: its server ends with it.
    let mut own = None;
    let address = match env::var("PROTOVEC_ADDRESS") {
        Ok(address) => address,
        Err(_) => own.insert(Server::start().await).address.clone(),
    };
    let mut runner = Runner::new(&address, &folder).await;
    let mut report = Report::new();
    for (file, cases) in files(&folder) {
        for case in cases {
            let verdict = runner.run(&case).await;
            report.add(&file, case["name"].as_str().unwrap(), &verdict);
        }
    }
    report.end();
}

/// The case files in the order of their names: the name without extension, and the cases.
fn files(folder: &Path) -> Vec<(String, Vec<Value>)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("no cases in {}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let file: Value = serde_json::from_slice(&fs::read(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, file["cases"].as_array().unwrap().clone())
        })
        .collect()
}

struct Report {
    file: Option<fs::File>,
    passed: u32,
    skipped: u32,
    failed: Vec<String>,
}

impl Report {
    fn new() -> Self {
        let file = env::var_os("PROTOVEC_REPORT");
        Self {
            file: file.map(|path| fs::File::create(path).unwrap()),
            passed: 0,
            skipped: 0,
            failed: Vec::new(),
        }
    }

    fn add(&mut self, file: &str, case: &str, verdict: &Verdict) {
        let (result, why) = match verdict {
            Verdict::Passed => ("passed", ""),
            Verdict::Skipped(why) => ("skipped", why.as_str()),
            Verdict::Failed(why) => ("failed", why.as_str()),
        };
        match verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Skipped(_) => {
                self.skipped += 1;
                println!("skipped: {file}, {case}: {why}");
            }
            Verdict::Failed(_) => self.failed.push(format!("{file}, {case}: {why}")),
        }
        if let Some(report) = &mut self.file {
            let line = json!({ "file": file, "case": case, "result": result, "why": why });
            writeln!(report, "{line}").unwrap();
        }
    }

    fn end(self) {
        let Self {
            passed,
            skipped,
            failed,
            ..
        } = self;
        println!(
            "{passed} cases passed, {} failed, {skipped} skipped",
            failed.len()
        );
        assert!(
            failed.is_empty(),
            "{} cases failed:\n{}",
            failed.len(),
            failed.join("\n")
        );
        assert!(passed > 0, "there are no cases");
    }
}
