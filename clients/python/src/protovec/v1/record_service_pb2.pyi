import datetime

from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protovec.v1 import filter_pb2 as _filter_pb2
from protovec.v1 import record_pb2 as _record_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IngestAckLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INGEST_ACK_LEVEL_UNSPECIFIED: _ClassVar[IngestAckLevel]
    INGEST_ACK_LEVEL_DURABLE: _ClassVar[IngestAckLevel]
    INGEST_ACK_LEVEL_WRITTEN: _ClassVar[IngestAckLevel]
INGEST_ACK_LEVEL_UNSPECIFIED: IngestAckLevel
INGEST_ACK_LEVEL_DURABLE: IngestAckLevel
INGEST_ACK_LEVEL_WRITTEN: IngestAckLevel

class UpsertRecordRequest(_message.Message):
    __slots__ = ("collection", "record", "write_mode", "expected_revision")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    WRITE_MODE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    record: _record_pb2.VectorRecord
    write_mode: _record_pb2.WriteMode
    expected_revision: int
    def __init__(self, collection: _Optional[str] = ..., record: _Optional[_Union[_record_pb2.VectorRecord, _Mapping]] = ..., write_mode: _Optional[_Union[_record_pb2.WriteMode, str]] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class UpsertRecordResponse(_message.Message):
    __slots__ = ("id", "outcome", "sequence", "durable", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    outcome: _record_pb2.WriteOutcome
    sequence: int
    durable: bool
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., outcome: _Optional[_Union[_record_pb2.WriteOutcome, str]] = ..., sequence: _Optional[int] = ..., durable: _Optional[bool] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BatchUpsertRecordsRequest(_message.Message):
    __slots__ = ("collection", "records", "write_mode", "all_or_nothing")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    WRITE_MODE_FIELD_NUMBER: _ClassVar[int]
    ALL_OR_NOTHING_FIELD_NUMBER: _ClassVar[int]
    collection: str
    records: _containers.RepeatedCompositeFieldContainer[_record_pb2.VectorRecord]
    write_mode: _record_pb2.WriteMode
    all_or_nothing: bool
    def __init__(self, collection: _Optional[str] = ..., records: _Optional[_Iterable[_Union[_record_pb2.VectorRecord, _Mapping]]] = ..., write_mode: _Optional[_Union[_record_pb2.WriteMode, str]] = ..., all_or_nothing: _Optional[bool] = ...) -> None: ...

class BatchUpsertRecordsResponse(_message.Message):
    __slots__ = ("results", "sequence", "durable")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[_record_pb2.RecordResult]
    sequence: int
    durable: bool
    def __init__(self, results: _Optional[_Iterable[_Union[_record_pb2.RecordResult, _Mapping]]] = ..., sequence: _Optional[int] = ..., durable: _Optional[bool] = ...) -> None: ...

class GetRecordRequest(_message.Message):
    __slots__ = ("collection", "id", "record_mask")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_MASK_FIELD_NUMBER: _ClassVar[int]
    collection: str
    id: str
    record_mask: _field_mask_pb2.FieldMask
    def __init__(self, collection: _Optional[str] = ..., id: _Optional[str] = ..., record_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetRecordResponse(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: _record_pb2.VectorRecord
    def __init__(self, record: _Optional[_Union[_record_pb2.VectorRecord, _Mapping]] = ...) -> None: ...

class BatchGetRecordsRequest(_message.Message):
    __slots__ = ("collection", "ids", "record_mask")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    RECORD_MASK_FIELD_NUMBER: _ClassVar[int]
    collection: str
    ids: _containers.RepeatedScalarFieldContainer[str]
    record_mask: _field_mask_pb2.FieldMask
    def __init__(self, collection: _Optional[str] = ..., ids: _Optional[_Iterable[str]] = ..., record_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class BatchGetRecordsResponse(_message.Message):
    __slots__ = ("records", "missing_ids")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    MISSING_IDS_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_record_pb2.VectorRecord]
    missing_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, records: _Optional[_Iterable[_Union[_record_pb2.VectorRecord, _Mapping]]] = ..., missing_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DeleteRecordRequest(_message.Message):
    __slots__ = ("collection", "id")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    collection: str
    id: str
    def __init__(self, collection: _Optional[str] = ..., id: _Optional[str] = ...) -> None: ...

class DeleteRecordResponse(_message.Message):
    __slots__ = ("sequence", "durable")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    durable: bool
    def __init__(self, sequence: _Optional[int] = ..., durable: _Optional[bool] = ...) -> None: ...

class BatchDeleteRecordsRequest(_message.Message):
    __slots__ = ("collection", "ids", "filter", "dry_run")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    collection: str
    ids: _containers.RepeatedScalarFieldContainer[str]
    filter: _filter_pb2.Filter
    dry_run: bool
    def __init__(self, collection: _Optional[str] = ..., ids: _Optional[_Iterable[str]] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class BatchDeleteRecordsResponse(_message.Message):
    __slots__ = ("deleted_count", "sequence", "durable")
    DELETED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    deleted_count: int
    sequence: int
    durable: bool
    def __init__(self, deleted_count: _Optional[int] = ..., sequence: _Optional[int] = ..., durable: _Optional[bool] = ...) -> None: ...

class CountRecordsRequest(_message.Message):
    __slots__ = ("collection", "filter")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    collection: str
    filter: _filter_pb2.Filter
    def __init__(self, collection: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ...) -> None: ...

class CountRecordsResponse(_message.Message):
    __slots__ = ("count",)
    COUNT_FIELD_NUMBER: _ClassVar[int]
    count: int
    def __init__(self, count: _Optional[int] = ...) -> None: ...

class ListRecordsRequest(_message.Message):
    __slots__ = ("collection", "page_size", "page_token", "filter", "record_mask")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    RECORD_MASK_FIELD_NUMBER: _ClassVar[int]
    collection: str
    page_size: int
    page_token: str
    filter: _filter_pb2.Filter
    record_mask: _field_mask_pb2.FieldMask
    def __init__(self, collection: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., record_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class ListRecordsResponse(_message.Message):
    __slots__ = ("records", "next_page_token")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_record_pb2.VectorRecord]
    next_page_token: str
    def __init__(self, records: _Optional[_Iterable[_Union[_record_pb2.VectorRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ExportRecordsRequest(_message.Message):
    __slots__ = ("collection", "filter", "record_mask")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    RECORD_MASK_FIELD_NUMBER: _ClassVar[int]
    collection: str
    filter: _filter_pb2.Filter
    record_mask: _field_mask_pb2.FieldMask
    def __init__(self, collection: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., record_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class ExportRecordsResponse(_message.Message):
    __slots__ = ("records",)
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_record_pb2.VectorRecord]
    def __init__(self, records: _Optional[_Iterable[_Union[_record_pb2.VectorRecord, _Mapping]]] = ...) -> None: ...

class ClearRecordsRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class ClearRecordsResponse(_message.Message):
    __slots__ = ("deleted_count", "sequence", "durable")
    DELETED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    deleted_count: int
    sequence: int
    durable: bool
    def __init__(self, deleted_count: _Optional[int] = ..., sequence: _Optional[int] = ..., durable: _Optional[bool] = ...) -> None: ...

class BatchInsertRequest(_message.Message):
    __slots__ = ("collection", "records", "write_mode")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    WRITE_MODE_FIELD_NUMBER: _ClassVar[int]
    collection: str
    records: _containers.RepeatedCompositeFieldContainer[_record_pb2.VectorRecord]
    write_mode: _record_pb2.WriteMode
    def __init__(self, collection: _Optional[str] = ..., records: _Optional[_Iterable[_Union[_record_pb2.VectorRecord, _Mapping]]] = ..., write_mode: _Optional[_Union[_record_pb2.WriteMode, str]] = ...) -> None: ...

class BatchInsertResponse(_message.Message):
    __slots__ = ("created_count", "updated_count", "failed_count", "errors", "sequence", "durable")
    CREATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    FAILED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    created_count: int
    updated_count: int
    failed_count: int
    errors: _containers.RepeatedCompositeFieldContainer[_record_pb2.RecordError]
    sequence: int
    durable: bool
    def __init__(self, created_count: _Optional[int] = ..., updated_count: _Optional[int] = ..., failed_count: _Optional[int] = ..., errors: _Optional[_Iterable[_Union[_record_pb2.RecordError, _Mapping]]] = ..., sequence: _Optional[int] = ..., durable: _Optional[bool] = ...) -> None: ...

class IngestRecordsRequest(_message.Message):
    __slots__ = ("collection", "open", "batch")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    collection: str
    open: IngestOpen
    batch: IngestBatch
    def __init__(self, collection: _Optional[str] = ..., open: _Optional[_Union[IngestOpen, _Mapping]] = ..., batch: _Optional[_Union[IngestBatch, _Mapping]] = ...) -> None: ...

class IngestOpen(_message.Message):
    __slots__ = ("idempotency_key", "acknowledged_number", "write_mode", "ack_level", "stop_on_refusal")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_NUMBER_FIELD_NUMBER: _ClassVar[int]
    WRITE_MODE_FIELD_NUMBER: _ClassVar[int]
    ACK_LEVEL_FIELD_NUMBER: _ClassVar[int]
    STOP_ON_REFUSAL_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    acknowledged_number: int
    write_mode: _record_pb2.WriteMode
    ack_level: IngestAckLevel
    stop_on_refusal: bool
    def __init__(self, idempotency_key: _Optional[str] = ..., acknowledged_number: _Optional[int] = ..., write_mode: _Optional[_Union[_record_pb2.WriteMode, str]] = ..., ack_level: _Optional[_Union[IngestAckLevel, str]] = ..., stop_on_refusal: _Optional[bool] = ...) -> None: ...

class IngestBatch(_message.Message):
    __slots__ = ("number", "records")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    number: int
    records: _containers.RepeatedCompositeFieldContainer[_record_pb2.VectorRecord]
    def __init__(self, number: _Optional[int] = ..., records: _Optional[_Iterable[_Union[_record_pb2.VectorRecord, _Mapping]]] = ...) -> None: ...

class IngestRecordsResponse(_message.Message):
    __slots__ = ("opened", "ack", "pause", "resume", "closing")
    OPENED_FIELD_NUMBER: _ClassVar[int]
    ACK_FIELD_NUMBER: _ClassVar[int]
    PAUSE_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    opened: IngestOpened
    ack: IngestAck
    pause: IngestPause
    resume: IngestResume
    closing: IngestClosing
    def __init__(self, opened: _Optional[_Union[IngestOpened, _Mapping]] = ..., ack: _Optional[_Union[IngestAck, _Mapping]] = ..., pause: _Optional[_Union[IngestPause, _Mapping]] = ..., resume: _Optional[_Union[IngestResume, _Mapping]] = ..., closing: _Optional[_Union[IngestClosing, _Mapping]] = ...) -> None: ...

class IngestOpened(_message.Message):
    __slots__ = ("last_number", "created_count", "updated_count", "failed_count")
    LAST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CREATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    FAILED_COUNT_FIELD_NUMBER: _ClassVar[int]
    last_number: int
    created_count: int
    updated_count: int
    failed_count: int
    def __init__(self, last_number: _Optional[int] = ..., created_count: _Optional[int] = ..., updated_count: _Optional[int] = ..., failed_count: _Optional[int] = ...) -> None: ...

class IngestAck(_message.Message):
    __slots__ = ("number", "repeated", "created_count", "updated_count", "errors", "sequence", "durable")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    CREATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    number: int
    repeated: bool
    created_count: int
    updated_count: int
    errors: _containers.RepeatedCompositeFieldContainer[_record_pb2.RecordError]
    sequence: int
    durable: bool
    def __init__(self, number: _Optional[int] = ..., repeated: _Optional[bool] = ..., created_count: _Optional[int] = ..., updated_count: _Optional[int] = ..., errors: _Optional[_Iterable[_Union[_record_pb2.RecordError, _Mapping]]] = ..., sequence: _Optional[int] = ..., durable: _Optional[bool] = ...) -> None: ...

class IngestPause(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class IngestResume(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class IngestClosing(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
