"""A folder with one file per owner: names that no owner's name can lead astray, and files written together."""

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from gongkai_cli.cli.whole_files import write_whole
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import text
from gongkai_cli.problems import BadInput, Location, Problem

# Linux and macOS allow 255 bytes, some encrypted file systems 143.
LONGEST = 140
# What Windows forbids in a name, and what shells take for a pattern; each has a wide twin that is harmless.
_WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in '\\/:*?"<>|[]'}
# What Windows takes for a device, with any ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))", re.IGNORECASE)


def file_names(names: Sequence[str], ending: str) -> dict[str, str]:
    """Return a file name in one folder for each of several names, such as `区财政局.xlsx`.

    No name leads out of the folder, is hidden, is a device on Windows, is over 140 bytes, or equals another one where
    case does not count; a second one that would gets a number. Give all names of a plan, not only those asked for: so a
    file is called the same in every run. `ending` is put behind each and holds nothing odd.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(names):
        number = 1
        while _folded(chosen := _named(name, number, ending)) in taken:
            number += 1
        taken.add(_folded(chosen))
        found[name] = chosen
    return found


def _named(name: str, number: int, ending: str) -> str:
    stem = visible(unicodedata.normalize("NFC", name)).translate(_WIDE).strip()
    if stem[:1] in (".", "~"):  # hidden, or taken for what an office program leaves behind
        stem = chr(ord(stem[0]) + 0xFEE0) + stem[1:]
    if not stem or _DEVICE.match(stem):
        stem = f"_{stem}"
    ending = ending if number == 1 else f" ({number}){ending}"
    room = LONGEST - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + ending


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _written(name: str) -> str:
    """Return a name under which Python makes the file that is so called in UTF-8, where the locale has no Chinese."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return os.fsdecode(name.encode())
    return name


def write_folder(folder: Path, files: Mapping[str, bytes], *, replace: bool = True) -> list[Path]:
    """Write files into a folder, which is made when missing, and return their paths; see `write_whole`.

    Without `replace`, files that are there and hold something else are left alone, and BadInput names them (GK804).
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        said, hint = text("cannot be written: {reason}", reason=reason), text("name a folder; it is made when missing")
        raise BadInput([Problem(Location(str(folder)), "GK804", said, hint)]) from None
    paths = {folder / _written(name): content for name, content in files.items()}
    if not replace:
        said = text("this file is there and holds something else")
        hint = text("it may have been filled in: choose another folder, or --overwrite it")
        kept = [path for path, content in paths.items() if path.exists() and path.read_bytes() != content]
        if kept:
            raise BadInput([Problem(Location(str(path)), "GK804", said, hint) for path in kept])
    try:
        write_whole(paths)
    except BaseException:
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise
    return list(paths)
