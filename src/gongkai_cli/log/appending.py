"""Append one line to a CSV log: whole, durable before it is acknowledged, and without touching what is there."""

import codecs
import csv
import io
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gongkai_cli.messages import Text, text
from gongkai_cli.problems import BadInput, Location, Problem

# The columns of the log and what else they are called; a new log has all of them, so that every kind of line fits.
# fmt: off
NAMES: Mapping[str, Sequence[str]] = {
    "published": ("发布日期", "发布时间"), "kind": ("类型",), "obligation": ("事项编号", "事项"),
    "owner": ("责任单位", "发布机关", "发布机构"), "period": ("期次", "所属期", "数据所属期"),
    "formed": ("成文日期", "形成日期"), "title": ("标题",), "url": ("链接", "网址"), "column": ("栏目",),
    "recorded": ("登记时间",), "event": ("事件名称",), "until": ("延至", "有效期至"),
    "approved_by": ("批准人",), "reference": ("批准文号",), "note": ("备注",),
}
# fmt: on
COLUMNS = tuple(NAMES)

_BOM = codecs.BOM_UTF8
_FLAGS = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)
_ENDS = 1 << 18  # bytes looked at at either end; what is smaller than both is looked at whole
_CHUNK = 1 << 20
_COUNTED = 1 << 26  # bytes; in larger files lines are not counted, so that a line costs the same in all of them
_PAUSE = 0.01  # seconds between two tries at the lock
_NOT_CSV = {".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".json", ".jsonl", ".ndjson", ".gz", ".zip"}
_ENDING = re.compile(r"\r\n|\n|\r")
# A tab and line breaks survive inside quotes; a lone CR would end the line for some readers.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
# More than RFC 4180 asks to be quoted: what programs that guess at delimiter, quote or comment sign trip over.
_TO_QUOTE = re.compile(r"[,;\t|\"'#\r\n]|^\s|\s$")
_FORMULA = re.compile(r"[=+\-@＝＋－＠\t].")

if sys.platform == "win32":
    import msvcrt

    # Windows keeps others from reading locked bytes: lock one far past the end (within the 31 bits of _locking).
    _LOCKED_BYTE = 0x7FFF_FFF0

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        with suppress(PermissionError):  # somebody else has it
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            return True
        return False
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        with suppress(BlockingIOError):  # somebody else has it
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False


# What is relied on: a line goes out in one write() with O_APPEND; where that comes back short or fails, it is taken
# back. A process killed after it leaves a whole line that nobody was told of. A line torn by a power cut (or a kill,
# where it crosses a page of memory) lacks its ending, and fields, a closing quote or part of a character: that file is
# refused until a person has mended it. A last line that only lacks its ending, as editors leave it, is given one. The
# lock is advisory and on the log itself: it ends with its process, and other programs may still replace the file.
# Of a large file only the two ends are read. Its last lines are told apart as if no quoted field reached into them from
# more than _ENDS before; wherever they then seem damaged, the whole file is read and decides. Damage further up is not
# looked for: the reader reports it, and confines an open quote to its own line.


@dataclass(frozen=True, slots=True)
class Appended:
    """What was appended; `formulas` are the columns whose text a spreadsheet would take for a formula."""

    line: int | None  # where the new line starts, counting from 1; None in a file too large to be counted for it
    created: bool  # the file was missing (or empty) and has its header from this call
    header: tuple[str, ...]  # as it stands in the file
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file is written, and what its next line must begin with."""

    encoding: str
    delimiter: str
    ending: str
    header: tuple[str, ...]
    lines: int  # lines before the new one
    lead: bytes  # a new file's header, or the last line's missing end


def append_line(
    path: Path,
    values: Mapping[str, str],
    *,
    headers: Mapping[str, str] | None = None,
    header: Sequence[str] = COLUMNS,
    wait: float = 10.0,
) -> Appended:
    """Append one line; return where it stands once it is safely on the disk, raise BadInput when it cannot be.

    `values` maps columns (see NAMES) to text. An existing file keeps its columns, encoding (UTF-8, GB18030),
    delimiter and line ending, and none of its bytes is rewritten; `headers` maps further header names to columns.
    A new file has `header`, UTF-8 with a byte order mark (without it Excel reads the system's code page) and LF:
    Excel reads either ending, while git shows CR as noise in every diff. `wait`: seconds for other gongkai writers.

    Text is kept exactly, quoted as RFC 4180 §2 says; so is text that begins with = + - @, which Excel takes for a
    formula, quoted or not: a log is evidence, and an apostrophe before a title makes it another title. The answer
    names such columns, so that a caller can warn.
    """
    if path.suffix.lower() in _NOT_CSV:
        raise _problem(path, "GK611", text("only CSV files are appended to"), text("name a file that ends in .csv"))
    known = {name.casefold(): column for column, names in NAMES.items() for name in (column, *names)}
    known |= {name.strip().casefold(): column for name, column in (headers or {}).items()}
    target = Path(os.path.realpath(path))  # through links, to where the file is or will be
    try:
        with _locked(path, target, wait) as descriptor:
            size = os.fstat(descriptor).st_size
            data = _read(descriptor, 0, _ENDS)
            created = data in (b"", _BOM)
            layout = _fresh(path, header, data) if created else _found(path, descriptor, size, known)
            _write(descriptor, size, layout.lead + _line(path, layout, values, known).encode(layout.encoding))
            _settle(path, target, descriptor)
    except OSError as error:
        raise _unwritable(path, target, error) from None
    formulas = tuple(column for column, value in values.items() if _FORMULA.match(value))
    return Appended(layout.lines + 1 if size <= _COUNTED else None, created, layout.header, formulas)


@contextmanager
def _locked(path: Path, target: Path, wait: float) -> Iterator[int]:
    """Give a descriptor of the file, made when missing, that no other gongkai writer has; closing it unlocks."""
    for turn in range(1 + round(wait / _PAUSE)):
        time.sleep(_PAUSE if turn else 0)
        made = not target.exists()
        descriptor = os.open(target, _FLAGS | (os.O_CREAT if made else 0), 0o666)
        try:
            # A file replaced while waiting is no longer the log: what is there now is opened in the next turn.
            if _try_lock(descriptor) and _is_at(target, descriptor):
                try:
                    yield descriptor
                finally:
                    if made and os.fstat(descriptor).st_size == 0 and _is_at(target, descriptor):
                        with suppress(OSError):  # Windows: it stays, and being empty counts as missing
                            target.unlink()
                return
        finally:
            os.close(descriptor)
    message = text("another gongkai was writing to this file for {seconds} seconds", seconds=f"{wait:g}")
    raise _problem(path, "GK612", message, text("try again when it has finished"))


def _is_at(target: Path, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(target.stat(), os.fstat(descriptor))
    return False


def _read(descriptor: int, start: int, size: int) -> bytes:
    os.lseek(descriptor, start, os.SEEK_SET)
    with open(descriptor, "rb", closefd=False) as stream:
        return stream.read(size)


def _chunks(descriptor: int, size: int) -> Iterator[bytes]:
    return (_read(descriptor, start, _CHUNK) for start in range(0, size, _CHUNK))


def _write(descriptor: int, size: int, content: bytes) -> None:
    """Write at the end of a file of `size` bytes and wait for the disk; on failure nothing of it stays."""
    written = 0
    try:
        while written < len(content):
            written += os.write(descriptor, content[written:])
        os.fsync(descriptor)
    except BaseException:  # an interrupt too: what is not acknowledged is not there
        with suppress(OSError):
            if (rest := _read(descriptor, size, len(content) + 1)) and content.startswith(
                rest
            ):  # else somebody else wrote too
                os.ftruncate(descriptor, size)
                os.fsync(descriptor)
        raise


def _settle(path: Path, target: Path, descriptor: int) -> None:
    """Make the file's name as durable as its content, and see that it still names this file."""
    with suppress(OSError):  # Windows opens no folders (NTFS journals names by itself), some file systems sync none
        folder = os.open(target.parent, os.O_RDONLY)  # each time: whoever made the file may have died before this
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    if not _is_at(target, descriptor):
        message = text("another program replaced the file meanwhile")
        raise _problem(path, "GK611", message, text("look whether the new line is there; if not, try again"))


def _fresh(path: Path, header: Sequence[str], data: bytes) -> _Layout:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    names = delimiter.join(_quoted(name) for name in header) + "\n"
    return _Layout("utf-8", delimiter, "\n", tuple(header), 1, _BOM.removeprefix(data) + names.encode())


def _found(path: Path, descriptor: int, size: int, known: Mapping[str, str]) -> _Layout:
    """Return how an existing file is written, by its two ends alone where they tell it, so by all of a small one."""
    if size > 2 * _ENDS:
        with suppress(BadInput):  # what is wrong, or seems to be, is found out with all of the file
            if found := _by_ends(path, descriptor, size, known):
                return found
    return _layout(path, _read(descriptor, 0, size), known)


def _by_ends(path: Path, descriptor: int, size: int, known: Mapping[str, str]) -> _Layout | None:
    """Return how a large file is written, or None where its ends leave that open."""
    head, tail = _read(descriptor, 0, _ENDS), _read(descriptor, size - _ENDS, _ENDS)
    head, tail = head[: head.rfind(b"\n") + 1], tail[tail.find(b"\n") + 1 :]  # no part of a character or of a line
    plain = (head + tail).isascii()
    if (
        not head
        or not tail
        or b"\0" in head + tail
        or (plain and not all(map(bytes.isascii, _chunks(descriptor, size))))
    ):
        return None
    for encoding in ("utf-8",) if head.startswith(_BOM) else ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            start, end = head.decode(encoding).removeprefix("\ufeff"), tail.decode(encoding)
            header, delimiter, height = _header(start, known)
            above = start[: [ending.end() for ending in _ENDING.finditer(start)][height - 1]]
            layout = _ended(path, above + end, encoding, header, delimiter)
            if size > _COUNTED:
                return layout
            # Between the ends are lines, and whatever the end made of them, only their number is missing.
            skipped = _lines(descriptor, size) - len(_ENDING.findall(above + end))
            return replace(layout, lines=layout.lines + skipped)
    return None


def _lines(descriptor: int, size: int) -> int:
    """Count the line endings of a file that has LF in them."""
    total, last = 0, b""
    for chunk in _chunks(descriptor, size):
        both = chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
        total += chunk.count(b"\n") + chunk.count(b"\r") - both
        last = chunk[-1:]
    return total


def _layout(path: Path, data: bytes, known: Mapping[str, str]) -> _Layout:
    """Return how an existing file is written; BadInput when its end shows that a line is incomplete."""
    content, encoding = _decoded(path, data)
    header, delimiter, _ = _header(content, known)
    return _ended(path, content, encoding, header, delimiter)


def _ended(path: Path, content: str, encoding: str, header: tuple[str, ...], delimiter: str) -> _Layout:
    """Return how a text ends, and what its next line must begin with; BadInput when a line is incomplete."""
    quoted = re.compile(rf'(?:\A|(?<=[{delimiter}\r\n]))"[^"]*+(?:""[^"]*+)*+("?)')  # RFC 4180 §2.5 to §2.7
    lines = len(_ENDING.findall(content))
    if field := next((field for field in quoted.finditer(content) if not field[1]), None):
        start = 1 + len(_ENDING.findall(content, 0, field.start()))
        raise _damaged(path, start, text("a quote opens here and the file ends before it closes"))
    outside = quoted.sub("x", content)  # each field one letter, so that only real delimiters and endings are left
    first = _ENDING.search(outside)
    ending = first.group() if first else "\n"
    last = outside[max(outside.rfind("\n"), outside.rfind("\r")) + 1 :]
    lead = ""
    if ending == "\r\n" and outside.endswith("\r"):  # cut between the two
        lead = "\n"
    elif last and last.count(delimiter) + 1 < len(header):
        raise _damaged(path, lines + 1, text("the last line breaks off: it has neither all its fields nor an end"))
    elif last:
        lead, lines = ending, lines + 1
    return _Layout(encoding, delimiter, ending, header, lines, lead.encode())


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    """Return a file's text and its encoding; bytes of a character begun at the very end are damage, not another one."""
    if b"\0" in data and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _damaged(path, 1 + data.count(b"\n", 0, data.index(b"\0")), text("NUL bytes, as a power cut leaves them"))
    for encoding in ("utf-8",) if data.startswith(_BOM) else ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            content = decoder.decode(data)
        except UnicodeDecodeError:
            continue
        if decoder.getstate()[0]:
            raise _damaged(path, 1 + len(_ENDING.findall(content)), text("the file ends in the middle of a character"))
        return content.removeprefix("\ufeff"), encoding
    raise _problem(path, "GK611", text("this is neither UTF-8 nor GB18030 text"), text("save it as CSV UTF-8"))


def _header(content: str, known: Mapping[str, str]) -> tuple[tuple[str, ...], str, int]:
    """Return a file's header, the delimiter by which most of it is understood, and the lines up to its end."""
    found = []
    for delimiter in ",;\t":
        with suppress(csv.Error):
            rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
            names = tuple(next(filter(None, rows), ()))
            found.append((sum(name.strip().casefold() in known for name in names), names, delimiter, rows.line_num))
    return max(found, key=lambda one: one[0], default=(0, (), ",", 1))[1:]


def _line(path: Path, layout: _Layout, values: Mapping[str, str], known: Mapping[str, str]) -> str:
    """Return the line with its ending; BadInput with every value that has no place or cannot be stored."""
    columns = [known.get(name.strip().casefold(), "") for name in layout.header]
    found = [_wrong(path, column, value, columns.count(column), layout.encoding) for column, value in values.items()]
    if problems := [problem for problem in found if problem]:
        raise BadInput(problems)
    fields = [_quoted(values.get(column, "")) for column in columns]
    if fields and fields[-1] and not fields[-1].startswith('"'):
        fields[-1] = f'"{fields[-1]}"'  # so that a torn last field shows
    return layout.delimiter.join(fields) + layout.ending


def _wrong(path: Path, column: str, value: str, times: int, encoding: str) -> Problem | None:
    refused = [character for character in value if not character.encode(encoding, "ignore")] or _CONTROL.findall(value)
    if refused:
        code = f"U+{ord(refused[0]):04X}"
        message = text("the value of `{column}` has {code}, which a log cannot hold", column=column, code=code)
        return Problem(Location(str(path)), "GK614", message, text("leave that character out"))
    if times == 1 or not value:
        return None
    if times:
        message = text("{times} columns of the header stand for `{column}`", times=times, column=column)
        hint = text("rename all but one of them")
    else:
        message = text("the log has no column for `{column}`", column=column)
        names = "、".join((column, *NAMES.get(column, ())))
        hint = text("add one to its header, by any of these names: {names}", names=names)
    return Problem(Location(str(path), 1), "GK613", message, hint)


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if _TO_QUOTE.search(value) else value


def _problem(path: Path, code: str, message: Text, hint: Text, line: int = 0) -> BadInput:
    return BadInput([Problem(Location(str(path), line), code, message, hint)])


def _damaged(path: Path, line: int, message: Text) -> BadInput:
    hint = text("a writer may have been cut off: complete this line, or take it out, and append again")
    return _problem(path, "GK615", message, hint, line)


def _unwritable(path: Path, target: Path, error: OSError) -> BadInput:
    message = text("cannot be written: {reason}", reason=error.strerror or str(error))
    hint = text("nothing was written; check the folder, its free space and the drive")
    if isinstance(error, FileNotFoundError) and not target.parent.exists():
        message, hint = text("the folder `{folder}` does not exist", folder=str(target.parent)), text("create it first")
    elif isinstance(error, PermissionError):
        message = text("this file may not be written")
        hint = text("if Excel or another program has it open, close it there; else ask for the permission")
    return _problem(path, "GK611", message, hint)
