"""What a hostile input is: which command reads it, how its files are made, and what it attacks."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from conftest import PLAN

# Where `make hostile` makes a million of something, CI makes so many.
FEW, MANY = 20_000, 1_000_000
LOG = "overdue --plan plan.yaml --as-of 2017-10-31 --lang en --log"

Make = Callable[[Path, int], None]


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile input. `make` writes its files into a folder in which there is a small plan already."""

    name: str
    attacks: str  # one sentence
    command: tuple[str, ...]
    make: Make
    given: bytes = b""  # on standard input
    writes: frozenset[str] = frozenset()  # files that the command is to make or change
    scaled: bool = False  # made larger by `make hostile`, so that its golden is that of CI
    huge: bool = False  # too large for CI


CASES: dict[str, Case] = {}


def case(
    command: str, *, given: bytes = b"", writes: str = "", scaled: bool = False, huge: bool = False
) -> Callable[[Make], Make]:
    """Make a case of a function, of its name and of its docstring."""

    def add(make: Make) -> Make:
        name = make.__name__
        attacks = " ".join((make.__doc__ or "").split())
        named = frozenset(writes.split())
        assert name not in CASES
        CASES[name] = Case(name, attacks, tuple(shlex.split(command)), make, given, named, scaled, huge)
        return make

    return add


def begin(folder: Path) -> None:
    """Write the small plan that commands read beside what is hostile."""
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")


def changed(old: str, new: str) -> str:
    """Return the small plan with something in it replaced."""
    assert old in PLAN
    return PLAN.replace(old, new)
