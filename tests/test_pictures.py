"""The pictures of the pages show what the program says now; `make pictures` makes them anew."""

import importlib.util
import re
from types import ModuleType

import pytest
from conftest import ROOT


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "site" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pytest.importorskip("pty", reason="a picture of a terminal needs one, which Windows has not")
MAKER = _maker()


def shown(picture: str) -> list[str]:
    """What a picture shows, whatever the columns in which it stands."""
    return re.findall(r">([^<>]+)</text>", picture) or [picture]


@pytest.mark.parametrize("name", sorted(MAKER.DRAWN))
def test_pictures_show_what_is_said_now(name: str) -> None:
    kept = (MAKER.PICTURES / name).read_text(encoding="utf-8")
    assert shown(MAKER.DRAWN[name]()) == shown(kept), "the picture is stale: make pictures, and look at it"


def test_the_picture_of_the_terminal_has_its_colours_and_no_escape() -> None:
    kept = (MAKER.PICTURES / "terminal.svg").read_text(encoding="utf-8")
    assert {"#7ee787", "#ff7b72"} <= set(re.findall(r'fill="(#\w+)"', kept))
    assert "\x1b" not in kept


def test_pictures_load_nothing_and_are_small() -> None:
    for path in MAKER.PICTURES.iterdir():
        assert path.stat().st_size < 200_000, path.name
        if path.suffix == ".svg":
            addresses = set(re.findall(r"https?://[^\"'<> ]+", path.read_text(encoding="utf-8")))
            assert addresses == {"http://www.w3.org/2000/svg"}
