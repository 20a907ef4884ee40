"""Whether an answer has what a case expects."""

from __future__ import annotations

import math
from typing import Any


def mismatch(expected: Any, got: Any, path: str = "answer") -> str:
    """Tell the first place that does not match; empty when all do."""
    if expected is None:
        return "" if got is None else f"{path} is {got!r}, expected to be absent"
    if expected == {"$any": True}:
        return "" if got is not None else f"{path} is absent"
    if isinstance(expected, dict) and len(expected) == 1 and expected.keys() <= {"int", "double"}:
        # Beyond 2^53 doubles would be compared: these are compared exactly.
        kind, value = next(iter(expected.items()))
        same = type(got) is int and got == int(value) if kind == "int" else got == float(value)
        return "" if same else f"{path} is {got!r}, expected {expected!r}"
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return f"{path} is {got!r}, expected {expected!r}"
        for key, value in expected.items():
            told = mismatch(value, got.get(key), f"{path}.{key}")
            if told:
                return told
        return ""
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return f"{path} is {got!r}, expected {expected!r}"
        for place, value in enumerate(expected):
            told = mismatch(value, got[place], f"{path}[{place}]")
            if told:
                return told
        return ""
    if _number(expected) and _number(got):
        if math.isclose(expected, got, rel_tol=1e-4, abs_tol=1e-4):
            return ""
    elif type(expected) is type(got) and expected == got:
        return ""
    return f"{path} is {got!r}, expected {expected!r}"


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
