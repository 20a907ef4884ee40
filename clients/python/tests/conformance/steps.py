"""Does the steps of a case through the client's public surface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from servers import GOLDEN, environment

import protovec
from conformance import convert
from conformance.convert import Json
from conformance.files import read_file, write_file


class Runner:
    """One case: its connection and its files."""

    def __init__(self, client: protovec.Client, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.opened: list[protovec.Client] = []

    def do(self, name: str, told: Json) -> Any:
        docs = self.client.collection(told.get("collection", ""))
        steps: dict[str, Callable[[protovec.Collection, Json], Any]] = {
            **_on_collection,
            **_on_snapshots,
        }
        if name in steps:
            return steps[name](docs, told)
        step: Callable[[Json], Any] = getattr(self, f"_{name}")
        return step(told)

    def _connect(self, told: Json) -> None:
        ca = environment("PROTOVEC_TLS_CA") if told.get("ca", True) else None
        key = {"admin": "PROTOVEC_KEY_ADMIN", "read": "PROTOVEC_KEY_READ"}.get(told["key"])
        self.client = protovec.connect(
            environment("PROTOVEC_TLS_ADDRESS") or "",
            tls=protovec.TLS(ca=ca),
            api_key=environment(key) if key else None,
        )
        self.opened.append(self.client)

    def _server_info(self, _: Json) -> Json:
        return {"version": self.client.server_info().version}

    def _create_collection(self, told: Json) -> Json:
        names = ("dimension", "metric", "embedder", "embedding_model")
        given = {name: told[name] for name in names if name in told}
        return convert.json_of_collection(self.client.create_collection(told["name"], **given))

    def _list_collections(self, _: Json) -> Json:
        return {"names": sorted(one.name for one in self.client.list_collections())}

    def _delete_collection(self, told: Json) -> None:
        self.client.delete_collection(told["collection"])

    def _file(self, told: Json, key: str) -> Path:
        return self.folder / Path(told[key]).name

    def _download_snapshot(self, told: Json) -> Json:
        path = self._file(told, "to")
        snapshots = self.client.collection(told["collection"]).snapshots
        snapshots.download(told["snapshot_id"], path)
        return {"size_bytes": path.stat().st_size}

    def _upload_snapshot(self, told: Json) -> Json:
        snapshots = self.client.collection(told["collection"]).snapshots
        unsealed = told.get("allow_unsealed", False)
        info = snapshots.upload(self._file(told, "from"), allow_unsealed=unsealed)
        return convert.json_of_snapshot(info)

    def _merge_snapshot(self, told: Json) -> Json:
        snapshots = self.client.collection(told["collection"]).snapshots
        given = {name: told[name] for name in ("policy", "dry_run") if name in told}
        if "from" in told:
            unsealed = told.get("allow_unsealed", False)
            path = self._file(told, "from")
            result = snapshots.merge(path, allow_unsealed=unsealed, **given)
        else:
            source = told.get("from_collection", "")
            result = snapshots.merge_from(told["snapshot_id"], collection=source, **given)
        conflicts = [{"id": one.id, "replaced": one.replaced} for one in result.conflicts]
        return {
            "created": result.created,
            "replaced": result.replaced,
            "skipped": result.skipped,
            "conflicts": conflicts,
            "durable": result.durable,
        }

    def _read_snapshot_file(self, told: Json) -> Json:
        path = GOLDEN / told["golden"] if "golden" in told else self._file(told, "from")
        return read_file(path, told, self.folder)

    def _write_snapshot_file(self, told: Json) -> Json:
        return write_file(self._file(told, "to"), told)


def _export(docs: protovec.Collection, told: Json) -> Json:
    ids = sorted(one.id for one in docs.export(filter=convert.filter_in(told)))
    return {"count": len(ids), "ids": ids}


def _deadline(docs: protovec.Collection, told: Json) -> None:
    for _ in docs.export(timeout=told["timeout_ms"] / 1000):
        pass


def _cancel_export(docs: protovec.Collection, told: Json) -> Json:
    read = 0
    export = docs.export()
    while read < told["after"]:
        next(export)
        read += 1
    export.close()
    return {"read": read}


def _search_stream(docs: protovec.Collection, told: Json) -> Json:
    answers: dict[int, Json] = {}
    for answer in docs.search_stream(convert.query(one) for one in told["queries"]):
        assert answer.index not in answers
        if answer.error is not None:
            answers[answer.index] = {"error": convert.json_of_error(answer.error)}
        else:
            assert answer.result is not None
            answers[answer.index] = convert.json_of_hits(answer.result)
    return {"results": [answers[place] for place in sorted(answers)]}


def _search(docs: protovec.Collection, told: Json) -> Json:
    one = convert.query(told)
    timeout = told["timeout_ms"] / 1000 if "timeout_ms" in told else None
    return convert.json_of_hits(docs.search(**vars(one), timeout=timeout))


def _get_many(docs: protovec.Collection, told: Json) -> Json:
    found, missing = docs.get_many(told["ids"])
    return {"records": [convert.json_of_record(one) for one in found], "missing": missing}


def _upsert(docs: protovec.Collection, told: Json) -> Json:
    result = docs.upsert(convert.record(told["record"]), mode=told.get("mode", "upsert"))
    return {"id": result.id, "created": result.created, "durable": result.durable}


def _restore(docs: protovec.Collection, told: Json) -> Json:
    filter = convert.filter_in(told)
    into = told.get("into", "")
    return {"record_count": docs.snapshots.restore(told["snapshot_id"], into=into, filter=filter)}


def _create_snapshot(docs: protovec.Collection, told: Json) -> Json:
    given = {name: told[name] for name in ("format", "compressed") if name in told}
    info = docs.snapshots.create(**given, filter=convert.filter_in(told))
    return convert.json_of_snapshot(info)


def _validate(docs: protovec.Collection, told: Json) -> Json:
    unsealed = told.get("allow_unsealed", False)
    report = docs.snapshots.validate(told["snapshot_id"], allow_unsealed=unsealed)
    return {"valid": report.valid, "record_count": report.record_count}


def _diff(docs: protovec.Collection, told: Json) -> Json:
    seen = {"added": 0, "removed": 0, "changed": 0}

    def count(one: protovec.Difference) -> None:
        seen[one.kind] += 1

    result = docs.snapshots.diff(
        told["from"],
        other=told.get("to", ""),
        other_collection=told.get("to_collection", ""),
        on_difference=count,
    )
    summary = {"added": result.added, "removed": result.removed, "changed": result.changed}
    assert seen == summary
    return {**summary, "unchanged": result.unchanged}


_on_collection: dict[str, Callable[[protovec.Collection, Json], Any]] = {
    "get_collection": lambda docs, _: convert.json_of_collection(docs.describe()),
    "upsert": _upsert,
    "upsert_many": lambda docs, told: convert.json_of_results(
        docs.upsert_many(convert.records(told["records"]), mode=told.get("mode", "upsert"))
    ),
    "insert_many": lambda docs, told: convert.json_of_load(
        docs.insert_many(convert.records(told["records"]), mode=told.get("mode", "upsert"))
    ),
    "ingest": lambda docs, told: convert.json_of_load(
        docs.ingest(convert.records(told["records"]), mode=told.get("mode", "upsert"))
    ),
    "get": lambda docs, told: convert.json_of_record(docs.get(told["id"])),
    "get_many": _get_many,
    "delete": lambda docs, told: docs.delete(told["id"]) and None,
    "delete_many": lambda docs, told: {
        "deleted": docs.delete_many(told.get("ids"), filter=convert.filter_in(told)).count
    },
    "count": lambda docs, told: {"count": docs.count(convert.filter_in(told))},
    "list": lambda docs, told: {
        "ids": [
            one.id for one in docs.list(filter=convert.filter_in(told), page_size=told.get("page_size", 0))
        ]
    },
    "export": _export,
    "deadline": _deadline,
    "cancel_export": _cancel_export,
    "search": _search,
    "search_many": lambda docs, told: {
        "results": [
            convert.json_of_hits(one)
            for one in docs.search_many([convert.query(query) for query in told["queries"]])
        ]
    },
    "search_stream": _search_stream,
}

_on_snapshots: dict[str, Callable[[protovec.Collection, Json], Any]] = {
    "create_snapshot": _create_snapshot,
    "list_snapshots": lambda docs, _: {"count": len(docs.snapshots.list())},
    "delete_snapshot": lambda docs, told: docs.snapshots.delete(told["snapshot_id"]),
    "validate_snapshot": _validate,
    "restore_snapshot": _restore,
    "diff_snapshots": _diff,
}
