from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EmbedderConfig(_message.Message):
    __slots__ = ("builtin", "openai_compatible")
    BUILTIN_FIELD_NUMBER: _ClassVar[int]
    OPENAI_COMPATIBLE_FIELD_NUMBER: _ClassVar[int]
    builtin: BuiltinEmbedder
    openai_compatible: OpenAiCompatibleEmbedder
    def __init__(self, builtin: _Optional[_Union[BuiltinEmbedder, _Mapping]] = ..., openai_compatible: _Optional[_Union[OpenAiCompatibleEmbedder, _Mapping]] = ...) -> None: ...

class BuiltinEmbedder(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OpenAiCompatibleEmbedder(_message.Message):
    __slots__ = ("model", "send_dimension")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SEND_DIMENSION_FIELD_NUMBER: _ClassVar[int]
    model: str
    send_dimension: bool
    def __init__(self, model: _Optional[str] = ..., send_dimension: _Optional[bool] = ...) -> None: ...
