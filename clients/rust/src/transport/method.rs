//! The methods that the client calls, and which of them may be repeated.

/// A method of a service.
#[derive(Clone, Copy)]
pub(crate) struct Method {
    pub path: &'static str,
    /// Whether it changes nothing, so that it is repeated when the server was not reached: the
    /// methods of the published service config.
    pub is_repeatable: bool,
}

macro_rules! methods {
    ($($name:ident = $service:literal $method:literal $(, $repeat:ident)?;)*) => {
        $(pub(crate) const $name: Method = Method {
            path: concat!("/", $service, "/", $method),
            is_repeatable: methods!(@ $($repeat)?),
        };)*

        #[cfg(test)]
        const ALL: &[Method] = &[$($name),*];
    };
    (@) => { false };
    (@ repeatable) => { true };
}

methods! {
    GET_SERVER_INFO = "protovec.v1.ServerService" "GetServerInfo", repeatable;
    CHECK_HEALTH = "grpc.health.v1.Health" "Check";
    CREATE_COLLECTION = "protovec.v1.CollectionService" "CreateCollection";
    GET_COLLECTION = "protovec.v1.CollectionService" "GetCollection", repeatable;
    LIST_COLLECTIONS = "protovec.v1.CollectionService" "ListCollections", repeatable;
    DELETE_COLLECTION = "protovec.v1.CollectionService" "DeleteCollection";
    UPSERT_RECORD = "protovec.v1.RecordService" "UpsertRecord";
    BATCH_UPSERT_RECORDS = "protovec.v1.RecordService" "BatchUpsertRecords";
    GET_RECORD = "protovec.v1.RecordService" "GetRecord", repeatable;
    BATCH_GET_RECORDS = "protovec.v1.RecordService" "BatchGetRecords", repeatable;
    DELETE_RECORD = "protovec.v1.RecordService" "DeleteRecord";
    BATCH_DELETE_RECORDS = "protovec.v1.RecordService" "BatchDeleteRecords";
    CLEAR_RECORDS = "protovec.v1.RecordService" "ClearRecords";
    COUNT_RECORDS = "protovec.v1.RecordService" "CountRecords", repeatable;
    LIST_RECORDS = "protovec.v1.RecordService" "ListRecords", repeatable;
    EXPORT_RECORDS = "protovec.v1.RecordService" "ExportRecords", repeatable;
    BATCH_INSERT = "protovec.v1.RecordService" "BatchInsert";
    INGEST_RECORDS = "protovec.v1.RecordService" "IngestRecords";
    SEARCH = "protovec.v1.SearchService" "Search", repeatable;
    BATCH_SEARCH = "protovec.v1.SearchService" "BatchSearch", repeatable;
    SEARCH_STREAM = "protovec.v1.SearchService" "SearchStream";
    CREATE_SNAPSHOT = "protovec.v1.SnapshotService" "CreateSnapshot";
    LIST_SNAPSHOTS = "protovec.v1.SnapshotService" "ListSnapshots", repeatable;
    DELETE_SNAPSHOT = "protovec.v1.SnapshotService" "DeleteSnapshot";
    DOWNLOAD_SNAPSHOT = "protovec.v1.SnapshotService" "DownloadSnapshot", repeatable;
    UPLOAD_SNAPSHOT = "protovec.v1.SnapshotService" "UploadSnapshot";
    GET_UPLOAD = "protovec.v1.SnapshotService" "GetUpload", repeatable;
    VALIDATE_SNAPSHOT = "protovec.v1.SnapshotService" "ValidateSnapshot";
    RESTORE_SNAPSHOT = "protovec.v1.SnapshotService" "RestoreSnapshot";
    MERGE_SNAPSHOT = "protovec.v1.SnapshotService" "MergeSnapshot";
    MERGE_RECORDS = "protovec.v1.SnapshotService" "MergeRecords";
    DIFF_SNAPSHOTS = "protovec.v1.SnapshotService" "DiffSnapshots";
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::ALL;

    /// AggregateRecords and GetIndex are called through the generated clients alone.
    const NOT_CALLED: [&str; 2] = [
        "/protovec.v1.CollectionService/AggregateRecords",
        "/protovec.v1.IndexService/GetIndex",
    ];

    #[test]
    fn those_of_the_published_service_config_are_repeatable_and_no_others() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/service-config.json");
        let config: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let names = config["methodConfig"][0]["name"].as_array().unwrap();
        let published: BTreeSet<String> = names
            .iter()
            .map(|name| {
                let text = |key: &str| name[key].as_str().unwrap().to_owned();
                format!("/{}/{}", text("service"), text("method"))
            })
            .filter(|path| !NOT_CALLED.contains(&path.as_str()))
            .collect();
        let repeatable: BTreeSet<String> = ALL
            .iter()
            .filter(|method| method.is_repeatable)
            .map(|method| method.path.to_owned())
            .collect();
        assert_eq!(repeatable, published);
    }
}
