//! Runs one case: its steps in their order, up to the first that does not do what it must.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
};

use protovec::{Client, Error, TlsOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{answers, matching::mismatch, snapshot_steps, steps};

/// What became of a case.
pub enum Verdict {
    Passed,
    Failed(String),
    Skipped(String),
}

/// Features that some clients have and this one has not, with the reason.
const MISSING: [(&str, &str); 1] = [(
    "write_snapshot_file",
    "the Rust client reads snapshot files and writes none",
)];

pub struct Runner {
    plain: Client,
    /// The connection of the steps: `plain` unless a step connects.
    pub client: Client,
    saved: HashMap<String, Value>,
    files: TempDir,
    golden: PathBuf,
}

impl Runner {
    pub async fn new(address: &str, folder: &Path) -> Self {
        let plain = Client::connect(address).await.unwrap();
        Self {
            client: plain.clone(),
            plain,
            saved: HashMap::new(),
            files: tempfile::tempdir().unwrap(),
            golden: folder.join("../golden"),
        }
    }

    pub async fn run(&mut self, case: &Value) -> Verdict {
        let needs = case["needs"].as_array().into_iter().flatten();
        for need in needs.filter_map(Value::as_str) {
            if let Some((_, why)) = MISSING.iter().find(|(missing, _)| *missing == need) {
                return Verdict::Skipped((*why).to_owned());
            }
        }
        let steps = case["steps"].as_array().expect("a case has steps");
        let needs_tls = steps.iter().any(|step| step["do"] == "connect");
        if needs_tls && env::var_os("PROTOVEC_TLS_ADDRESS").is_none() {
            let why = "there is no server with TLS; `npm run test:clients` starts one";
            return Verdict::Skipped(why.to_owned());
        }
        self.begin(needs_tls).await;
        for (place, step) in steps.iter().enumerate() {
            if let Err(why) = self.step(step).await {
                let name = &step["do"];
                return Verdict::Failed(format!("step {place}, {name}: {why}"));
            }
        }
        Verdict::Passed
    }

    /// Forgets the case before.
    async fn begin(&mut self, needs_tls: bool) {
        self.saved.clear();
        self.client = self.plain.clone();
        clear(&self.plain).await;
        if needs_tls {
            let admin = connect(&json!({ "key": "admin" })).await.unwrap();
            clear(&admin).await;
        }
        for file in fs::read_dir(self.files.path()).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
    }

    async fn step(&mut self, step: &Value) -> Result<(), String> {
        let with = self.filled(step.get("with").unwrap_or(&Value::Null))?;
        let action = step["do"].as_str().expect("a step does something");
        let result = self.act(action, &with).await;
        match (result, step.get("error")) {
            (Ok(answer), None) => {
                if let Some(expected) = step.get("expect") {
                    let expected = self.filled(expected)?;
                    if let Some(why) = mismatch(&expected, Some(&answer), "answer") {
                        return Err(why);
                    }
                }
                if let Some(name) = step["save"].as_str() {
                    self.saved.insert(name.to_owned(), answer);
                }
                Ok(())
            }
            (Ok(answer), Some(expected)) => Err(format!(
                "it succeeded with {answer}; {expected} is expected"
            )),
            (Err(error), None) => Err(format!("it failed: {error}")),
            (Err(error), Some(expected)) => {
                let expected = self.filled(expected)?;
                match mismatch(&expected, Some(&answers::error(&error)), "error") {
                    Some(why) => Err(format!("{why} ({error})")),
                    None => Ok(()),
                }
            }
        }
    }

    async fn act(&mut self, action: &str, with: &Value) -> Result<Value, Error> {
        if action == "connect" {
            self.client = connect(with).await?;
            return Ok(Value::Null);
        }
        if action.contains("snapshot") {
            return snapshot_steps::act(self, action, with).await;
        }
        steps::act(&self.client, action, with).await
    }

    /// The value with what earlier answers had for every `$name.path`.
    fn filled(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) if text.starts_with('$') => {
                let mut path = text[1..].split('.');
                let name = path.next().unwrap_or_default();
                let saved = self
                    .saved
                    .get(name)
                    .ok_or(format!("nothing is saved as {text}"))?;
                path.fold(saved.clone(), |value, key| match key.parse::<usize>() {
                    Ok(place) => value[place].clone(),
                    Err(_) => value[key].clone(),
                })
            }
            Value::Array(items) => {
                let items = items.iter().map(|item| self.filled(item));
                items.collect::<Result<_, _>>()?
            }
            Value::Object(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(key, value)| Ok((key.clone(), self.filled(value)?)));
                Value::Object(fields.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// A file of the case in the runner's own folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    pub fn golden(&self, name: &str) -> PathBuf {
        self.golden.join(name)
    }
}

/// Deletes every collection that the server lists.
async fn clear(client: &Client) {
    for collection in client.list_collections().await.unwrap() {
        client.delete_collection(collection.name).await.unwrap();
    }
}

/// A connection to the server with TLS.
async fn connect(with: &Value) -> Result<Client, Error> {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let mut options = TlsOptions::new();
    if with["ca"].as_bool().unwrap_or(true) {
        let pem = fs::read(variable("PROTOVEC_TLS_CA")).unwrap();
        options = options.ca(pem);
    }
    let mut builder = Client::builder().tls(options);
    match with["key"].as_str() {
        None | Some("none") => {}
        Some("admin") => builder = builder.api_key(variable("PROTOVEC_KEY_ADMIN")),
        Some("read") => builder = builder.api_key(variable("PROTOVEC_KEY_READ")),
        Some(key) => builder = builder.api_key(key),
    }
    // The first call connects, so that a connection that is refused fails as a step of the case.
    builder.connect_lazy(variable("PROTOVEC_TLS_ADDRESS"))
}
