"""The cases of test/conformance, which every client passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conformance.convert import json_of_error
from conformance.steps import Runner
from conformance.subset import mismatch
from servers import ROOT, Server, environment

import protovec

FOLDER = Path(environment("PROTOVEC_CONFORMANCE") or ROOT / "test/conformance")
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text())["cases"]
]


@pytest.fixture(scope="module")
def plain_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = environment("PROTOVEC_ADDRESS")
    if given is not None:
        yield given
        return
    server = Server(tmp_path_factory.mktemp("conformance"))
    yield server.address
    server.stop()


@pytest.fixture(scope="module")
def plain_client(plain_server: str) -> Iterator[protovec.Client]:
    with protovec.connect(plain_server) as client:
        yield client


@pytest.mark.parametrize(("file", "case"), CASES)
def test_case(file: str, case: dict[str, Any], plain_client: protovec.Client, tmp_path: Path) -> None:
    connects = any(step["do"] == "connect" for step in case["steps"])
    if connects and environment("PROTOVEC_TLS_ADDRESS") is None:
        why = "PROTOVEC_TLS_ADDRESS names no server with TLS; npm run test:clients starts one"
        _report(file, case, "skipped", why)
        pytest.skip(why)
    runner = Runner(plain_client, tmp_path)
    try:
        _clear(runner, connects)
        _run(runner, case["steps"])
    except BaseException as error:
        _report(file, case, "failed", f"{type(error).__name__}: {error}")
        raise
    finally:
        for opened in runner.opened:
            opened.close()
    _report(file, case, "passed", "")


def _clear(runner: Runner, connects: bool) -> None:
    """Delete every collection of the servers that the case uses."""
    clients = [runner.client]
    if connects:
        runner.do("connect", {"tls": True, "key": "admin"})
        clients.append(runner.client)
        runner.client = clients[0]
    for client in clients:
        for info in client.list_collections():
            client.delete_collection(info.name)


def _run(runner: Runner, steps: list[dict[str, Any]]) -> None:
    saved: dict[str, Any] = {}
    for number, step in enumerate(steps, 1):
        place = f"step {number}, {step['do']}"
        told = _filled(step.get("with", {}), saved)
        try:
            answer = runner.do(step["do"], told)
        except protovec.ProtovecError as error:
            if "error" not in step:
                raise AssertionError(f"{place} failed: {error}") from error
            wrong = mismatch(step["error"], json_of_error(error), "error")
            assert not wrong, f"{place}: {wrong}: {error}"
            continue
        assert "error" not in step, f"{place} succeeded with {answer}, expected {step['error']}"
        if "expect" in step:
            wrong = mismatch(_filled(step["expect"], saved), answer)
            assert not wrong, f"{place}: {wrong}"
        if "save" in step:
            saved[step["save"]] = answer


def _filled(value: Any, saved: dict[str, Any]) -> Any:
    """Put saved values in the place of "$name.key"."""
    if isinstance(value, dict):
        return {key: _filled(one, saved) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, saved) for one in value]
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    name, *keys = value[1:].split(".")
    if name not in saved:
        return value
    found = saved[name]
    for key in keys:
        found = found[key]
    return found


def _report(file: str, case: dict[str, Any], result: str, why: str) -> None:
    path = environment("PROTOVEC_REPORT")
    if path is None:
        return
    line = {"file": file, "case": case["name"], "result": result, "why": why[:500]}
    with Path(path).open("a") as report:
        report.write(json.dumps(line) + "\n")
