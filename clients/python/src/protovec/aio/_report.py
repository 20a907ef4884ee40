"""The report of a validation."""

from __future__ import annotations

from protovec._snapshot_models import Finding, SnapshotReport
from protovec.v1 import snapshot_report_pb2 as reports

_PREFIX = "SNAPSHOT_FINDING_KIND_"


def snapshot_report(message: reports.SnapshotReport) -> SnapshotReport:
    """Give what a validation found."""
    return SnapshotReport(
        valid=message.valid,
        record_count=message.record_count,
        sealed=message.sealed,
        part_count=message.part_count,
        size_bytes=message.size_bytes,
        finding_count=message.finding_count,
        findings=[
            Finding(
                kind=_kind(one.kind),
                offset=one.offset,
                record_id=one.record_id,
                message=one.message,
            )
            for one in message.findings
        ],
    )


def _kind(number: reports.SnapshotFindingKind) -> str:
    if number not in reports.SnapshotFindingKind.values():
        return str(number)
    return reports.SnapshotFindingKind.Name(number).removeprefix(_PREFIX)
