"""Runs every command in every format in one process, and keeps what they said; a hook sees what they do.

`python every_command.py FOLDER RESULTS [--otherwise] [--all]`: FOLDER holds the inputs that `inputs_in` makes. What is
not allowed is forbidden and told at the end, as JSON on standard output. `--otherwise` changes what must not matter.
"""

import gc
import io
import json
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
AS_OF = ("--as-of", "2017-10-01")
PARTS = ("log/a.csv", "log/b.xlsx", "log/c.jsonl", "log/d.parquet", "log/deep/e.csv", "log/deep/[e]*?.csv")
HOSTILE_NAME = "hostile/x'); COPY (SELECT 1) TO 'pwned'; --.csv"
# What must not happen at all, by the beginnings of the names of Python's audit events.
FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.startfile", "pty.",
    "ctypes.", "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "webbrowser.", "pickle.", "sqlite3.",
    "shelve.", "code.__new__", "cpython.run_", "os.chown", "os.setxattr", "syslog.", "builtins.breakpoint",
)  # fmt: skip
# What `import ctypes` opens is the process itself. dateutil imports it, since 4.0; what is done with it would be told.
HARMLESS = ("ctypes.dlopen", (None,))
# What changes files, and which of its arguments are paths.
CHANGES = {
    "os.remove": (0,), "os.rename": (0, 1), "os.mkdir": (0,), "os.rmdir": (0,), "os.chmod": (0,), "os.link": (1,),
    "os.symlink": (1,), "os.truncate": (0,), "os.utime": (0,), "shutil.rmtree": (0,), "shutil.copyfile": (1,),
}  # fmt: skip


def commands(*, all_of_them: bool) -> Iterator[tuple[str, ...]]:
    """Give every command in every format, or a sample in which each stands once; they write below `out/`."""
    logs = [part for path in PARTS for part in ("--log", path)]
    for plan in ("plan.yaml", "bad.yaml", "hostile.yaml"):
        for format_ in ("text", "json", "github", "gitlab", "sarif", "junit"):
            if all_of_them or plan == "bad.yaml":
                yield "check", plan, "--format", format_
    for format_ in ("text", "json"):
        yield "check", "municipal.yaml", "--source", "municipal.txt", "--format", format_
    for format_ in ("text", "json", "markdown", "github", "gitlab", "sarif", "junit"):
        if all_of_them or format_ in ("text", "json", "sarif"):
            yield "diff", "old.yaml", "plan.yaml", "--log", "log", *AS_OF, "--format", format_
    for plan, log in (("plan.yaml", logs), ("hostile.yaml", ["--log", "hostile"])):
        yield from _held(plan, ("--plan", plan, *log, *AS_OF), all_of_them=all_of_them)
    yield "explain", "fiscal-monthly", "--plan", "plan.yaml", *logs, *AS_OF
    for command in ("due", "overdue", "status", "report") if all_of_them else ():
        yield command, "--plan", "plan.yaml", "--log", "log", *AS_OF, "--lang", "en"
    yield "overdue", "--plan", "plan.yaml", "--log", "bad.csv", *AS_OF
    yield "overdue", "--plan", "plan.yaml", "--log", "bad.csv", *AS_OF, "--skip-bad-lines", "--lang", "en"
    yield ("schema",)
    yield "schema", "--lang", "en", "--output", "out/schema.json"


def _held(plan: str, held: tuple[str, ...], *, all_of_them: bool) -> Iterator[tuple[str, ...]]:
    """Give the commands that hold a plan against a log."""
    shipped = plan == "plan.yaml"
    for command in ("due", "overdue", "satisfied", "status"):
        for format_ in ("text", "json", "csv"):
            if all_of_them or (command in ("due", "status") and shipped) or (command, format_) == ("overdue", "json"):
                yield command, *held, "--format", format_
    for format_ in ("text", "markdown", "html", "docx", "xlsx", "json"):
        since = ("--since", "2017-09-01") if shipped else ()
        if all_of_them or shipped or format_ == "html":
            yield "report", *held, *since, "--format", format_, "--output", f"out/{plan}.{format_}"
        if all_of_them:
            yield "report", *held, "--month", "2017-09", "--format", format_
    for format_ in ("text", "docx"):
        if all_of_them or shipped == (format_ == "docx"):
            yield "report", "--letter", *held, "--format", format_, "--output", f"out/letters-{plan}-{format_}"
    yield "ledger", *held, "--month", "2017-10", "--output", f"out/ledgers-{plan}"
    yield "calendar", *held, "--output", f"out/calendars-{plan}/"
    if all_of_them:
        yield "calendar", *held, "--output", f"out/{plan}.ics"


def commands_of_today() -> Iterator[tuple[str, ...]]:
    """Give the commands whose output depends on the clock, and the one that runs git."""
    line = ("--plan", "plan.yaml", "--log", "out/log.csv", "--note", "$(touch pwned) ${x} `touch pwned` {0.__class__}")
    yield "record", "--obligation", "fiscal-monthly", "--period", "2017-07", "--published", "2017-08-30", *line
    yield "event", "--event", "congress-closed", "--published", "2017-08-30", *line
    paper = ("--approved-by", "x", "--reference", "y", "--until", "2017-12-31")
    yield "waive", "--obligation", "fiscal-monthly", "--published", "2017-08-01", *paper, *line
    yield "extend", "--obligation", "fiscal-monthly", "--period", "2017-09", "--published", "2017-08-01", *paper, *line
    yield "init", "out/new", "--ci", "github"
    yield ("due",)
    yield ("--help",)
    yield ("--version",)


HOSTILE_TITLES = (
    "'; COPY (SELECT 1) TO 'pwned'; --", "\"; ATTACH 'pwned'; --", "$(touch pwned)", "`touch pwned`", "{{ 7 * 7 }}",
    "{% import os %}{{ os.system('touch pwned') }}", "{0.__class__.__init__.__globals__}", "%(x)s %n",
    "=cmd|' /C x'!A0",
    "!!python/object/apply:os.system ['touch pwned']", "<script>alert(1)</script>",
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "__import__('os').system('touch pwned')", "\\'; DROP TABLE raw; --", "getvariable('x')", "chr(31)\x1f?",
)  # fmt: skip


def inputs_in(folder: Path) -> None:
    """Make the inputs: the shipped plan with its made-up log in all formats, and a hostile plan with a hostile log."""
    import csv

    import openpyxl
    import pyarrow
    import pyarrow.parquet
    import yaml

    plan = (ROOT / "plans" / "2017_dongying.yaml").read_text(encoding="utf-8")
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    (folder / "old.yaml").write_text(plan.replace("5 working days", "6 working days"), encoding="utf-8")
    (folder / "bad.yaml").write_text(plan.replace("owner:", "owners:", 3), encoding="utf-8")
    for name in ("municipal.yaml", "municipal.txt"):
        shutil.copy(ROOT / "tests" / "documents" / name, folder / name)
    shutil.copy(ROOT / "examples" / "made-up-bad-lines-2017.csv", folder / "bad.csv")
    for name in ("log/deep", "hostile"):
        (folder / name).mkdir(parents=True)
    with (ROOT / "examples" / "made-up-log-2017" / "log.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    parts = [rows[at :: len(PARTS)] for at in range(len(PARTS))]
    for path, encoding, part in zip((PARTS[0], *PARTS[4:]), ("utf-8-sig", "gb18030", "utf-8"), parts, strict=False):
        with (folder / path).open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows([header, *part])
    book = openpyxl.Workbook()
    for row in (header, *parts[3]):
        book.active.append(row)
    book.save(folder / PARTS[1])
    objects = [dict(zip(header, row, strict=True)) for row in parts[4]]
    (folder / PARTS[2]).write_text("".join(json.dumps(each) + "\n" for each in objects), encoding="utf-8")
    columns = dict(zip(header, map(list, zip(*parts[5], strict=True)), strict=True))
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / PARTS[3])

    duties = [
        {
            "id": f"duty-{number}", "clause": "一", "quote": title[:40], "title": f"{title} {number}",
            "owner": f"甲 {title}", "frequency": "monthly", "deadline": "end of next month",
            "match": {"title": [title], "column": [title]},
        }
        for number, title in enumerate(HOSTILE_TITLES)
        if title.isprintable()
    ]  # fmt: skip
    meta = {"id": "hostile", "title": "编造 {{ 7 * 7 }} '; --", "issued": "2017-07-11", "ends": "2017-12-31"}
    owners = [{"name": duty["owner"]} for duty in duties]
    hostile = {"version": 1, "plan": meta, "owners": owners, "obligations": duties}
    (folder / "hostile.yaml").write_text(yaml.safe_dump(hostile, allow_unicode=True, width=1000), encoding="utf-8")
    cells = [
        {
            "published": "2017-09-05",
            "title": title,
            "column": title,
            "owner": f"甲 {title}",
            "url": title,
            "note": title,
        }
        for title in HOSTILE_TITLES
    ]
    named = [{**cell, "obligation": duty["id"], "period": "2017-07"} for cell, duty in zip(cells, duties, strict=False)]
    for name, lines in ((HOSTILE_NAME, cells), ("hostile/*.csv", named), ("hostile/['].jsonl", named)):
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            if name.endswith(".jsonl"):
                stream.writelines(json.dumps(line) + "\n" for line in lines)
            else:
                writer = csv.DictWriter(stream, ["obligation", "period", *cells[0]], restval="")
                writer.writeheader()
                writer.writerows(lines)
    columns = {key: [line[key] for line in cells] for key in cells[0]}
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "hostile" / "'; --.parquet")


class Watch:
    """What Python's audit events say of a run; see PEP 578."""

    def __init__(self, places: list[Path]) -> None:
        self.places = [os.path.realpath(place) for place in places]
        self.told: set[str] = set()
        self.seen = 0

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.seen += 1
        if event.startswith(FORBIDDEN) and (event, arguments) != HARMLESS:
            self.told.add(f"{event} {arguments}"[:300])
            raise PermissionError(f"{event} is not allowed here")
        if event == "open":
            path, mode, flags = arguments
            writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
            if isinstance(path, str | bytes) and (set(mode or "") & set("wax+") or (flags or 0) & writes):
                self._changes(event, path)
        elif event in CHANGES:
            for at in CHANGES[event]:
                self._changes(event, arguments[at], arguments[-1] if event in ("os.remove", "os.rmdir") else -1)
        elif event == "compile" and self._untrusted(arguments[0]):
            self.told.add(f"compile {arguments[0]!r}"[:300])

    def _untrusted(self, source: Any) -> bool:
        """Whether a source of Python code has something of the hostile inputs in it."""
        content = source.decode("utf-8", "replace") if isinstance(source, bytes) else str(source or "")
        return any(title in content for title in (*HOSTILE_TITLES, "pwned", "甲"))

    def _changes(self, event: str, path: Any, folder: int = -1) -> None:
        """Tell a change outside the places that are allowed; `folder` is a descriptor from which a path counts."""
        above = f"/proc/self/fd/{folder}" if folder >= 0 else ""
        real = os.path.realpath(Path(above, os.fsdecode(path))) if not isinstance(path, int) else ""
        if not any(real == place or real.startswith(place + os.sep) for place in self.places) and real not in (
            "",
            os.devnull,
        ):
            self.told.add(f"{event} {real}")


def run_all(folder: Path, results: Path, *, otherwise: bool, all_of_them: bool) -> dict[str, Any]:
    """Run the commands in a folder, each with its output in a file of its own; return what was seen."""
    paths = sysconfig.get_paths()
    sources = [str(ROOT / "src"), paths["stdlib"], paths["platstdlib"], paths["purelib"], sys.base_prefix, "<frozen "]
    watch = Watch([folder / "out", Path(tempfile.gettempdir())])
    os.chdir(folder)
    (folder / "out").mkdir()
    sys.addaudithook(watch.hook)

    gc.disable()  # as the command does
    from gongkai_cli.cli import run

    if otherwise:
        _otherwise()
    codes = {}
    for number, arguments in enumerate([*commands(all_of_them=all_of_them), *commands_of_today()]):
        said = {name: io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for name in ("stdout", "stderr")}
        sys.stdout, sys.stderr = said["stdout"], said["stderr"]
        try:
            codes[" ".join(arguments)] = run([*_turned(arguments, otherwise=otherwise)])
        finally:
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        for name, stream in said.items():
            stream.flush()
            watch.places.append(os.path.realpath(results))
            (results / f"{number:03}.{name}").write_bytes(stream.buffer.getvalue())
            watch.places.pop()
    watch.places.append(os.path.realpath(results))
    modules = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
    strange = sorted(file for file in modules if file and not file.startswith((*sources, str(ROOT / "tests"))))
    return {
        "codes": codes,
        "told": sorted(watch.told),
        "strange": strange,
        "seen": watch.seen,
    }


def _turned(arguments: tuple[str, ...], *, otherwise: bool) -> Iterator[str]:
    """Give a command line with its logs in the other order."""
    logs = [each for before, each in pairwise(arguments) if before == "--log"]
    for before, each in zip(("", *arguments), arguments, strict=False):
        yield logs.pop() if otherwise and before == "--log" and len(logs) else each


def _otherwise() -> None:
    """List folders the other way round, and have the engine work with other threads."""
    import _duckdb

    connect, scandir, listdir = _duckdb.connect, os.scandir, os.listdir

    class Reversed:
        def __init__(self, path: Any = ".") -> None:
            with scandir(path) as entries:
                self._entries = iter([*entries][::-1])

        def __iter__(self) -> Iterator[Any]:
            return self._entries

        def __next__(self) -> Any:
            return next(self._entries)

        def __enter__(self) -> "Reversed":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def close(self) -> None:
            pass

    os.scandir = Reversed  # type: ignore[assignment]
    os.listdir = lambda path=".": listdir(path)[::-1]  # type: ignore[assignment]

    def connected(name: str, config: dict[str, Any]) -> Any:
        return connect(name, config={**config, "threads": 5})

    _duckdb.connect = connected  # type: ignore[assignment]


if __name__ == "__main__":
    found = run_all(
        Path(sys.argv[1]), Path(sys.argv[2]), otherwise="--otherwise" in sys.argv, all_of_them="--all" in sys.argv
    )
    print(json.dumps(found))  # noqa: T201
