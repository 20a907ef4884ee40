"""Makes errors of what gRPC reports, with the details that the server attached."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from protovec.errors import FieldViolation, ProtovecError, make_error

_DETAILS = "grpc-status-details-bin"

_tls_advice = (
    (
        "CERTIFICATE_VERIFY_FAILED",
        "the certificate was not issued by an authority that is trusted, or is not valid now, or "
        "is for another name; give the server's authority with TLS(ca=...), or check the name",
    ),
    (
        "Hostname Verification Check failed",
        "the server's certificate is for another name; connect by that name, or give TLS(server_name=...)",
    ),
    ("WRONG_VERSION_NUMBER", "the server does not speak TLS; connect without"),
    (
        "CERTIFICATE_REQUIRED",
        "the server asks for a certificate of the client; give TLS(certificate=..., key=...)",
    ),
)


def from_rpc(error: grpc.RpcError) -> ProtovecError:
    """Give the error of a call that failed, of gRPC or of gRPC's asyncio."""
    call: Any = error
    code = call.code()
    if not isinstance(code, grpc.StatusCode):
        code = grpc.StatusCode.UNKNOWN
    message = call.details() or code.name
    if code is grpc.StatusCode.UNAVAILABLE and "handshake failed" in message:
        advice = next((told for part, told in _tls_advice if part in message), None)
        advice = advice or "the server or this client refused it; see TLS"
        return make_error(code, f"no secure connection: {advice} ({message})", reason="TLS_FAILED")
    for key, value in call.trailing_metadata() or ():
        if key == _DETAILS:
            return _explained(code, message, value)
    plain = make_error(code, message)
    plain._explained = False
    return plain


def _explained(code: grpc.StatusCode, message: str, encoded: bytes) -> ProtovecError:
    reason = ""
    retry_after: float | None = None
    metadata: dict[str, str] = {}
    violations: list[FieldViolation] = []
    try:
        for detail in status_pb2.Status.FromString(encoded).details:
            info = error_details_pb2.ErrorInfo()
            request = error_details_pb2.BadRequest()
            retry = error_details_pb2.RetryInfo()
            if detail.Unpack(info):
                reason = info.reason
                metadata = dict(info.metadata)
            elif detail.Unpack(request):
                violations += (FieldViolation(one.field, one.description) for one in request.field_violations)
            elif detail.Unpack(retry):
                retry_after = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
    except DecodeError:
        # Details are an extra; without them the status and the message remain.
        pass
    return make_error(
        code,
        message,
        reason=reason,
        field_violations=tuple(violations),
        retry_after=retry_after,
        metadata=metadata,
    )
