//! Writes and deletes, one call or a few.

use prost::Message;

use crate::{
    Collection, Error, Filter, Record, RecordResult, UpsertManyOptions, UpsertOptions,
    UpsertResult,
    record_packer::{Packed, RECORDS_TAG, RecordPacker},
    transport::method,
    v1,
};

impl Collection {
    /// Writes one record, which is created or replaced whole. An empty id is made here, so that
    /// repeating the call is safe.
    pub async fn upsert(&self, record: Record) -> Result<UpsertResult, Error> {
        self.upsert_with(record, UpsertOptions::default()).await
    }

    /// As upsert, with settings.
    pub async fn upsert_with(
        &self,
        mut record: Record,
        options: UpsertOptions,
    ) -> Result<UpsertResult, Error> {
        if record.id.is_empty() {
            record.id = uuid::Uuid::now_v7().to_string();
        }
        let request = v1::UpsertRecordRequest {
            collection: self.name.clone(),
            record: Some(record.into()),
            write_mode: v1::WriteMode::from(options.mode).into(),
            expected_revision: options.expected_revision,
        };
        let answer: v1::UpsertRecordResponse = self
            .transport
            .unary(method::UPSERT_RECORD, &request)
            .await?;
        Ok(answer.into())
    }

    /// Writes records and tells what became of each, in order; refused ones do not stop the others.
    /// Many records travel in several calls of about 1 MiB, one after the other, each with the
    /// deadline. A call that fails leaves what earlier ones wrote; `answered_records` in its
    /// metadata says how many records that is.
    pub async fn upsert_many(
        &self,
        records: impl IntoIterator<Item = Record>,
    ) -> Result<Vec<RecordResult>, Error> {
        self.upsert_many_with(records, UpsertManyOptions::default())
            .await
    }

    /// As `upsert_many`, with settings.
    pub async fn upsert_many_with(
        &self,
        records: impl IntoIterator<Item = Record>,
        options: UpsertManyOptions,
    ) -> Result<Vec<RecordResult>, Error> {
        let request = v1::BatchUpsertRecordsRequest {
            collection: self.name.clone(),
            records: Vec::new(),
            write_mode: v1::WriteMode::from(options.mode).into(),
            all_or_nothing: options.all_or_nothing,
        };
        let header = request.encode_to_vec();
        let mut packer = if options.all_or_nothing {
            RecordPacker::unbounded(RECORDS_TAG)
        } else {
            RecordPacker::new(RECORDS_TAG)
        };
        let mut results = Vec::new();
        for record in records {
            if let Some(packed) = packer.add(record) {
                self.upsert_packed(&header, packed, &mut results).await?;
            }
        }
        if let Some(packed) = packer.end() {
            self.upsert_packed(&header, packed, &mut results).await?;
        }
        Ok(results)
    }

    async fn upsert_packed(
        &self,
        header: &[u8],
        packed: Packed,
        results: &mut Vec<RecordResult>,
    ) -> Result<(), Error> {
        let Packed { bytes, first, end } = packed;
        let message = [header, bytes.as_ref()].concat().into();
        let answer = self
            .transport
            .unary_encoded(method::BATCH_UPSERT_RECORDS, message)
            .await;
        let answer: v1::BatchUpsertRecordsResponse = answer.map_err(|error| {
            if first == 0 {
                return error;
            }
            let message = format!(
                "{} (after {first} records had been answered)",
                error.message()
            );
            error
                .with_message(message)
                .with_fact("answered_records", first)
        })?;
        if answer.results.len() as u64 != end - first {
            return Err(Error::internal(format!(
                "the server sent {} results for {} records",
                answer.results.len(),
                end - first
            )));
        }
        let answers = answer.results.into_iter();
        results.extend(answers.map(|result| RecordResult::from_message(result, first)));
        Ok(())
    }

    /// Deletes one record. NOT_FOUND, reason RECORD_NOT_FOUND, when there is none with this id.
    pub async fn delete(&self, id: impl Into<String>) -> Result<(), Error> {
        let request = v1::DeleteRecordRequest {
            collection: self.name.clone(),
            id: id.into(),
        };
        let _: v1::DeleteRecordResponse = self
            .transport
            .unary(method::DELETE_RECORD, &request)
            .await?;
        Ok(())
    }

    /// Deletes the records with these ids, at most 10,000, and returns how many there were. Missing
    /// ids are no error.
    pub async fn delete_many<T: Into<String>>(
        &self,
        ids: impl IntoIterator<Item = T>,
    ) -> Result<u64, Error> {
        let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
        if ids.is_empty() {
            return Ok(0);
        }
        self.delete_selected(v1::BatchDeleteRecordsRequest {
            ids,
            ..Default::default()
        })
        .await
    }

    /// Deletes the records that match and returns how many there were.
    pub async fn delete_matching(&self, filter: Filter) -> Result<u64, Error> {
        self.delete_selected(v1::BatchDeleteRecordsRequest {
            filter: Some(filter),
            ..Default::default()
        })
        .await
    }

    async fn delete_selected(
        &self,
        mut request: v1::BatchDeleteRecordsRequest,
    ) -> Result<u64, Error> {
        request.collection.clone_from(&self.name);
        let method = method::BATCH_DELETE_RECORDS;
        let answer: v1::BatchDeleteRecordsResponse =
            self.transport.unary_at_length(method, &request).await?;
        Ok(answer.deleted_count)
    }

    /// Deletes every record and returns how many there were.
    pub async fn clear(&self) -> Result<u64, Error> {
        let collection = self.name.clone();
        let request = v1::ClearRecordsRequest { collection };
        let method = method::CLEAR_RECORDS;
        let answer: v1::ClearRecordsResponse =
            self.transport.unary_at_length(method, &request).await?;
        Ok(answer.deleted_count)
    }
}
