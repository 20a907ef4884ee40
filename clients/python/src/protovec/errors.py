"""What fails, fails with a :class:`ProtovecError`."""

from __future__ import annotations

from dataclasses import dataclass

import grpc


@dataclass(frozen=True)
class FieldViolation:
    """One field at fault."""

    field: str
    """Its path from the request, in proto names: ``records[3].embedding``."""
    description: str
    """What is wrong with it and what would be right."""


class ProtovecError(Exception):
    """A call that failed, by the server's word or before it was sent.

    Attributes:
        code: The gRPC status.
        reason: Stable, such as ``RECORD_NOT_FOUND``; the name of the status when there is no other.
        message: For people.
        field_violations: The fields at fault, if any.
        retry_after: Seconds after which the call may succeed when it is repeated. None: the server
            does not say.
        metadata: Facts for programs, such as the file and the offset of damage.

    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        *,
        reason: str = "",
        field_violations: tuple[FieldViolation, ...] = (),
        retry_after: float | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason or code.name
        self.field_violations = field_violations
        self.retry_after = retry_after
        self.metadata = metadata or {}
        # Whether the server attached details, or this client made the error, rather than gRPC.
        self._explained = True

    @property
    def code_name(self) -> str:
        """The name of the gRPC status, such as ``NOT_FOUND``."""
        return self.code.name

    def __str__(self) -> str:
        name = self.code.name
        known = name if self.reason == name else f"{name} ({self.reason})"
        return f"{known}: {self.message}"


class InvalidArgumentError(ProtovecError):
    """INVALID_ARGUMENT: ``field_violations`` tell what to change."""


class NotFoundError(ProtovecError):
    """NOT_FOUND: no such collection, record or snapshot; ``reason`` tells which."""


class AlreadyExistsError(ProtovecError):
    """ALREADY_EXISTS: a collection or record of this name is there."""


class PermissionDeniedError(ProtovecError):
    """PERMISSION_DENIED: the API key may not do this."""


class UnauthenticatedError(ProtovecError):
    """UNAUTHENTICATED: there is no API key, or not a valid one."""


class DeadlineExceededError(ProtovecError):
    """DEADLINE_EXCEEDED: there was no answer in time. A write may have been done."""


class UnavailableError(ProtovecError):
    """UNAVAILABLE: the server cannot be reached, or restarts."""


class DataLossError(ProtovecError):
    """DATA_LOSS: a file is damaged; ``metadata`` tells where."""


_classes: dict[grpc.StatusCode, type[ProtovecError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgumentError,
    grpc.StatusCode.NOT_FOUND: NotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExistsError,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDeniedError,
    grpc.StatusCode.UNAUTHENTICATED: UnauthenticatedError,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceededError,
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    grpc.StatusCode.DATA_LOSS: DataLossError,
}


def make_error(
    code: grpc.StatusCode,
    message: str,
    *,
    reason: str = "",
    field_violations: tuple[FieldViolation, ...] = (),
    retry_after: float | None = None,
    metadata: dict[str, str] | None = None,
) -> ProtovecError:
    """Make the error of the class that belongs to the status."""
    return _classes.get(code, ProtovecError)(
        code,
        message,
        reason=reason,
        field_violations=field_violations,
        retry_after=retry_after,
        metadata=metadata,
    )


def invalid(field: str, message: str, reason: str = "") -> ProtovecError:
    """Refuse an argument before anything is sent, as the server would."""
    violations = (FieldViolation(field, message),)
    code = grpc.StatusCode.INVALID_ARGUMENT
    return make_error(code, message, reason=reason, field_violations=violations)


def within(error: ProtovecError, place: str) -> ProtovecError:
    """Put the place of a record before the fields of its error."""
    violations = tuple(
        FieldViolation(f"{place}.{v.field}" if v.field else place, v.description)
        for v in error.field_violations
    )
    return make_error(
        error.code, f"{place}: {error.message}", reason=error.reason, field_violations=violations
    )


def status_of(number: int) -> grpc.StatusCode:
    """Give the status of a number on the wire; UNKNOWN for one that there is not."""
    return _by_number.get(number, grpc.StatusCode.UNKNOWN)


_by_number: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}
