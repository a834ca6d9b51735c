"""Where the read-only reference material lies, for the tests that use it and skip where it is absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file of the reference material; none where it is absent."""
    path = SHARED / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


needs_reference = pytest.mark.skipif(
    not SHARED.exists(), reason="the reference material lies beside the project only where it is built"
)
