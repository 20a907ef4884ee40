from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("version", "snapshot_format_version", "limits")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FORMAT_VERSION_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    version: str
    snapshot_format_version: str
    limits: ServerLimits
    def __init__(self, version: _Optional[str] = ..., snapshot_format_version: _Optional[str] = ..., limits: _Optional[_Union[ServerLimits, _Mapping]] = ...) -> None: ...

class ServerLimits(_message.Message):
    __slots__ = ("max_receive_bytes", "max_response_bytes", "max_record_bytes", "max_dimension", "max_id_bytes", "max_batch_records", "max_search_limit", "max_ef_search", "max_page_size", "max_batch_searches", "max_connections", "max_connection_calls", "max_connection_request_bytes", "max_request_bytes", "default_deadline_ms", "request_arrival_ms", "stream_opening_ms", "connection_idle_ms", "connection_age_ms", "connection_age_grace_ms", "keepalive_time_ms", "keepalive_timeout_ms", "max_worker_calls", "max_request_fields")
    MAX_RECEIVE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_RESPONSE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_RECORD_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_DIMENSION_FIELD_NUMBER: _ClassVar[int]
    MAX_ID_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_RECORDS_FIELD_NUMBER: _ClassVar[int]
    MAX_SEARCH_LIMIT_FIELD_NUMBER: _ClassVar[int]
    MAX_EF_SEARCH_FIELD_NUMBER: _ClassVar[int]
    MAX_PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_SEARCHES_FIELD_NUMBER: _ClassVar[int]
    MAX_CONNECTIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_CONNECTION_CALLS_FIELD_NUMBER: _ClassVar[int]
    MAX_CONNECTION_REQUEST_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_REQUEST_BYTES_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ARRIVAL_MS_FIELD_NUMBER: _ClassVar[int]
    STREAM_OPENING_MS_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_IDLE_MS_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_AGE_GRACE_MS_FIELD_NUMBER: _ClassVar[int]
    KEEPALIVE_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    KEEPALIVE_TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_WORKER_CALLS_FIELD_NUMBER: _ClassVar[int]
    MAX_REQUEST_FIELDS_FIELD_NUMBER: _ClassVar[int]
    max_receive_bytes: int
    max_response_bytes: int
    max_record_bytes: int
    max_dimension: int
    max_id_bytes: int
    max_batch_records: int
    max_search_limit: int
    max_ef_search: int
    max_page_size: int
    max_batch_searches: int
    max_connections: int
    max_connection_calls: int
    max_connection_request_bytes: int
    max_request_bytes: int
    default_deadline_ms: int
    request_arrival_ms: int
    stream_opening_ms: int
    connection_idle_ms: int
    connection_age_ms: int
    connection_age_grace_ms: int
    keepalive_time_ms: int
    keepalive_timeout_ms: int
    max_worker_calls: int
    max_request_fields: int
    def __init__(self, max_receive_bytes: _Optional[int] = ..., max_response_bytes: _Optional[int] = ..., max_record_bytes: _Optional[int] = ..., max_dimension: _Optional[int] = ..., max_id_bytes: _Optional[int] = ..., max_batch_records: _Optional[int] = ..., max_search_limit: _Optional[int] = ..., max_ef_search: _Optional[int] = ..., max_page_size: _Optional[int] = ..., max_batch_searches: _Optional[int] = ..., max_connections: _Optional[int] = ..., max_connection_calls: _Optional[int] = ..., max_connection_request_bytes: _Optional[int] = ..., max_request_bytes: _Optional[int] = ..., default_deadline_ms: _Optional[int] = ..., request_arrival_ms: _Optional[int] = ..., stream_opening_ms: _Optional[int] = ..., connection_idle_ms: _Optional[int] = ..., connection_age_ms: _Optional[int] = ..., connection_age_grace_ms: _Optional[int] = ..., keepalive_time_ms: _Optional[int] = ..., keepalive_timeout_ms: _Optional[int] = ..., max_worker_calls: _Optional[int] = ..., max_request_fields: _Optional[int] = ...) -> None: ...
