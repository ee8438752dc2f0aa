"""The page on the code's architecture names places that there are."""

import re
from importlib import import_module

import pytest
from conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"([a-z_/]+)\.py: ([A-Za-z_.]+[A-Za-z_])", PAGE)))
FILES = sorted(set(re.findall(r"([a-z_/]+\.py)\b", PAGE)))


def test_it_follows_a_way() -> None:
    assert len(PLACES) > 25


@pytest.mark.parametrize(("module", "name"), PLACES, ids=[f"{module}: {name}" for module, name in PLACES])
def test_what_it_names_is_there(module: str, name: str) -> None:
    found: object = import_module(f"gongkai_cli.{module.replace('/', '.')}")
    for part in name.split("."):
        found = getattr(found, part)


@pytest.mark.parametrize("name", FILES)
def test_files_it_names_are_there(name: str) -> None:
    rooms = [ROOT / "src" / "gongkai_cli", ROOT / "src" / "gongkai_cli" / "log"]
    assert any((room / name).is_file() for room in rooms)
