//! Reads of records.

use std::vec;

use prost_types::FieldMask;

use crate::{
    Collection, Error, Filter, Record, ResultStream,
    transport::{Answers, Transport, method},
    v1,
};

/// Which records a list or an export gives, and what of them.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ListOptions {
    filter: Option<Filter>,
    fields: Option<FieldMask>,
    page_size: u32,
}

impl ListOptions {
    /// All of all records.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the records that match.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Only these fields, such as `["content", "metadata"]`; the id always comes.
    pub fn fields<T: Into<String>>(mut self, fields: impl IntoIterator<Item = T>) -> Self {
        self.fields = Some(field_mask(fields));
        self
    }

    /// Records that a list asks for at a time. Default 100; at most 1,000.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = size;
        self
    }
}

pub(crate) fn field_mask<T: Into<String>>(fields: impl IntoIterator<Item = T>) -> FieldMask {
    FieldMask {
        paths: fields.into_iter().map(Into::into).collect(),
    }
}

/// What [`Collection::get_many`] found.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FoundRecords {
    /// In the order of the ids.
    pub records: Vec<Record>,
    /// Ids that have no record.
    pub missing: Vec<String>,
}

impl Collection {
    /// One record. NOT_FOUND, reason RECORD_NOT_FOUND, when there is none with this id.
    pub async fn get(&self, id: impl Into<String>) -> Result<Record, Error> {
        let request = v1::GetRecordRequest {
            collection: self.name.clone(),
            id: id.into(),
            record_mask: None,
        };
        let answer: v1::GetRecordResponse =
            self.transport.unary(method::GET_RECORD, &request).await?;
        let record = answer.record;
        let record = record.ok_or_else(|| Error::internal("the server sent no record"))?;
        record.try_into()
    }

    /// One record, or `None` when there is none with this id.
    pub async fn find(&self, id: impl Into<String>) -> Result<Option<Record>, Error> {
        match self.get(id).await {
            Ok(record) => Ok(Some(record)),
            Err(error) if error.reason() == "RECORD_NOT_FOUND" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Several records, at most 10,000, in the order of the ids.
    pub async fn get_many<T: Into<String>>(
        &self,
        ids: impl IntoIterator<Item = T>,
    ) -> Result<FoundRecords, Error> {
        let request = v1::BatchGetRecordsRequest {
            collection: self.name.clone(),
            ids: ids.into_iter().map(Into::into).collect(),
            record_mask: None,
        };
        let answer: v1::BatchGetRecordsResponse = self
            .transport
            .unary(method::BATCH_GET_RECORDS, &request)
            .await?;
        Ok(FoundRecords {
            records: to_records(answer.records)?,
            missing: answer.missing_ids,
        })
    }

    /// How many records there are or, under a filter, match. Exact.
    pub async fn count(&self, filter: impl Into<Option<Filter>>) -> Result<u64, Error> {
        let request = v1::CountRecordsRequest {
            collection: self.name.clone(),
            filter: filter.into(),
        };
        let answer: v1::CountRecordsResponse = self
            .transport
            .unary(method::COUNT_RECORDS, &request)
            .await?;
        Ok(answer.count)
    }

    /// The records in the byte order of their ids, read page by page while they are consumed; each
    /// page has the deadline. Changes made meanwhile may appear.
    pub fn list(&self, options: ListOptions) -> ResultStream<Record> {
        let request = v1::ListRecordsRequest {
            collection: self.name.clone(),
            page_size: options.page_size,
            page_token: String::new(),
            filter: options.filter,
            record_mask: options.fields,
        };
        let pages = Pages {
            transport: self.transport.clone(),
            next: Some(request),
            records: Vec::new().into_iter(),
        };
        ResultStream::unfold(pages, |mut pages| async move {
            let record = pages.next().await?;
            Ok(record.map(|record| (record, pages)))
        })
    }

    /// The records as they were when the call began, in no particular order, over one stream.
    pub fn export(&self, options: ListOptions) -> ResultStream<Record> {
        let request = v1::ExportRecordsRequest {
            collection: self.name.clone(),
            filter: options.filter,
            record_mask: options.fields,
        };
        let export = Export {
            transport: self.transport.clone(),
            request,
            answers: None,
            records: Vec::new().into_iter(),
        };
        ResultStream::unfold(export, |mut export| async move {
            let record = export.next().await?;
            Ok(record.map(|record| (record, export)))
        })
    }
}

struct Pages {
    transport: Transport,
    /// Asks for the next page, if there is one.
    next: Option<v1::ListRecordsRequest>,
    records: vec::IntoIter<v1::VectorRecord>,
}

impl Pages {
    async fn next(&mut self) -> Result<Option<Record>, Error> {
        loop {
            if let Some(record) = self.records.next() {
                return Ok(Some(record.try_into()?));
            }
            let Some(mut request) = self.next.take() else {
                return Ok(None);
            };
            let page: v1::ListRecordsResponse =
                self.transport.unary(method::LIST_RECORDS, &request).await?;
            self.records = page.records.into_iter();
            if !page.next_page_token.is_empty() {
                request.page_token = page.next_page_token;
                self.next = Some(request);
            }
        }
    }
}

struct Export {
    transport: Transport,
    request: v1::ExportRecordsRequest,
    answers: Option<Answers<v1::ExportRecordsResponse>>,
    records: vec::IntoIter<v1::VectorRecord>,
}

impl Export {
    async fn next(&mut self) -> Result<Option<Record>, Error> {
        loop {
            if let Some(record) = self.records.next() {
                return Ok(Some(record.try_into()?));
            }
            let Some(answers) = &mut self.answers else {
                let method = method::EXPORT_RECORDS;
                self.answers = Some(self.transport.stream(method, &self.request).await?);
                continue;
            };
            let Some(answer) = answers.next().await? else {
                return Ok(None);
            };
            self.records = answer.records.into_iter();
        }
    }
}

pub(crate) fn to_records(records: Vec<v1::VectorRecord>) -> Result<Vec<Record>, Error> {
    records.into_iter().map(TryInto::try_into).collect()
}
