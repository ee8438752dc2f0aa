"""Exact outputs kept as files in tests/formats; GONGKAI_UPDATE=1 writes them anew."""

import os

from conftest import ROOT

GOLDENS = ROOT / "tests" / "formats"


def assert_golden(name: str, content: str) -> None:
    path = GOLDENS / name
    if os.environ.get("GONGKAI_UPDATE") == "1":
        path.write_bytes(content.encode("utf-8"))
    assert path.read_bytes().decode("utf-8") == content
