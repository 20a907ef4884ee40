"""How a client connects: what both transports give to gRPC."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import grpc

from protovec._version import VERSION
from protovec.errors import ProtovecError, invalid, make_error

DEFAULT_TIMEOUT = 30.0
# Twice the largest message that a server takes by default; its answers are 4 MiB at most.
_RECEIVE_BYTES_MAX = 32 << 20


@dataclass(frozen=True)
class TLS:
    """How a connection is encrypted. All values are optional."""

    ca: bytes | str | Path | None = None
    """Authorities to trust, and no others: PEM as bytes, or the path of a file. None: the system's."""
    certificate: bytes | str | Path | None = None
    """Certificate of the client, and those that issued it."""
    key: bytes | str | Path | None = None
    """Private key of the certificate."""
    server_name: str | None = None
    """Name that the server's certificate is for. None: the host of the address."""


@dataclass(frozen=True)
class Settings:
    """A connection to be made."""

    address: str
    credentials: grpc.ChannelCredentials | None
    metadata: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, Any], ...]
    timeout: float


def settings(address: str, api_key: str | None, tls: TLS | bool | None, timeout: float) -> Settings:
    """Check what ``connect`` was given. Raises InvalidArgumentError; never repeats a key."""
    if not address:
        raise invalid("address", "the address is empty; give it as host:port")
    if not timeout >= 0:
        raise invalid("timeout", f"timeout is {timeout}; it is in seconds, 0 for none")
    secured = TLS() if tls is True else (tls or None)
    metadata: tuple[tuple[str, str], ...] = ()
    if api_key is not None:
        _check_key(address, api_key, secured is not None)
        metadata = (("authorization", f"Bearer {api_key}"),)
    options = _options()
    if secured is not None and secured.server_name:
        options += (("grpc.ssl_target_name_override", secured.server_name),)
    if secured is None and api_key is not None:
        # A proxy would be another machine.
        options += (("grpc.enable_http_proxy", 0),)
    credentials = None if secured is None else _credentials(secured)
    return Settings(address, credentials, metadata, options, timeout)


def deadline(given: float | None, default: float) -> float | None:
    """Give the seconds for gRPC; None: no deadline."""
    seconds = default if given is None else given
    if not seconds >= 0:
        raise invalid("timeout", f"timeout is {seconds}; it is in seconds, 0 for none")
    return seconds or None


def closed() -> ProtovecError:
    """Give the error of calls after ``close``."""
    return make_error(
        grpc.StatusCode.FAILED_PRECONDITION,
        "the client is closed; connect again",
        reason="CLIENT_CLOSED",
    )


def _options() -> tuple[tuple[str, Any], ...]:
    return (
        ("grpc.service_config", _service_config()),
        ("grpc.max_receive_message_length", _RECEIVE_BYTES_MAX),
        ("grpc.max_send_message_length", -1),
        # A stream without a deadline still notices that its server is gone.
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        # A server that comes back is found in seconds, not in up to two minutes.
        ("grpc.initial_reconnect_backoff_ms", 250),
        ("grpc.max_reconnect_backoff_ms", 5_000),
        # Clients of one process do not share connections: each has its own limits and its own end.
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.primary_user_agent", f"protovec-python/{VERSION}"),
    )


@cache
def _service_config() -> str:
    return files("protovec").joinpath("service-config.json").read_text()


def _check_key(address: str, key: str, secure: bool) -> None:
    if not key:
        raise invalid("api_key", "the API key is empty; give None to send none")
    if not all("\x21" <= letter <= "\x7e" for letter in key):
        what = "the API key has white space or characters that are not ASCII; give the key alone"
        raise invalid("api_key", what)
    if not secure and not on_this_machine(address):
        raise invalid(
            "api_key",
            f"an API key would be sent to {address} in plain text, where anybody on the way can "
            "read it; connect with tls=True",
        )


def on_this_machine(address: str) -> bool:
    """Tell whether an address can only be a server on this machine."""
    if address.startswith(("unix:", "unix-abstract:")):
        return True
    target = address
    for scheme in ("dns:///", "passthrough:///", "dns:"):
        if target.startswith(scheme):
            target = target[len(scheme) :]
            break
    if target.startswith("["):
        host = target[1:].partition("]")[0]
    elif target.count(":") > 1:
        host = target
    else:
        host = target.partition(":")[0]
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _credentials(tls: TLS) -> grpc.ChannelCredentials:
    if (tls.certificate is None) != (tls.key is None):
        raise invalid("tls", "a certificate and its key belong together; give both or neither")
    ca = _pem(tls.ca, "tls.ca", b"CERTIFICATE")
    certificate = _pem(tls.certificate, "tls.certificate", b"CERTIFICATE")
    return grpc.ssl_channel_credentials(ca, _pem(tls.key, "tls.key", b"PRIVATE KEY"), certificate)


def _pem(given: bytes | str | Path | None, name: str, kind: bytes) -> bytes | None:
    if given is None:
        return None
    try:
        content = given if isinstance(given, bytes) else Path(given).read_bytes()
    except (OSError, ValueError) as error:
        raise invalid(name, f"{name} cannot be read: {error}") from error
    if b"-----BEGIN " in content and kind + b"-----" in content:
        return content
    what = kind.decode().lower()
    raise invalid(name, f"there is no {what} in {name}; give PEM as bytes, or the path of a file")
