"""Make the pictures of the pages anew from what the program says now: `make pictures`, which needs Chromium.

The drawings are text; tests/test_pictures.py holds what they say. The picture of the report is made by a browser, whose
bytes differ between machines; so a fingerprint of the words that it shows is kept beside it, and the test holds that.
"""

import hashlib
import os
import pty
import re
import subprocess
import sys
import tempfile
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.text import Text

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
GONGKAI = Path(sys.executable).with_name("gongkai")
LOG = ("--log", "examples/made-up-log-2017", "--as-of", "2017-10-01")
COLUMNS = 134
TERMINAL = ("due", "--month", "2017-08", "--owner", "区财政局", "--owner", "区物价办", "--owner", "环保分局", *LOG)
REPORT = ("report", *LOG, "--format", "html")
# The colours of a terminal that are used, by their numbers.
PALETTE = {1: "#ff7b72", 2: "#7ee787", 3: "#e3b341", 4: "#79c0ff", 6: "#79c0ff"}


def on_a_terminal(*arguments: str) -> str:
    """What a command writes to a terminal, colours included."""
    reading, writing = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen([GONGKAI, *arguments], cwd=ROOT, env=environment, stdout=writing, stderr=writing):
        os.close(writing)
        said = b""
        try:
            while chunk := os.read(reading, 65536):
                said += chunk
        except OSError:  # the other end is closed: how Linux says that this is all
            pass
    os.close(reading)
    return said.decode("utf-8").replace("\r\n", "\n")


def table_of(said: str) -> str:
    """The heading and the table, without the notes below."""
    parts = said.split("\n\n")
    return "\n\n".join(parts[:2])


def terminal() -> str:
    """The picture of a terminal: every run of one colour is put where its columns are, whatever font there is."""
    command = "gongkai " + " ".join(TERMINAL)
    lines = Text.from_ansi(table_of(on_a_terminal(*TERMINAL))).split("\n")
    console = Console(width=400, color_system="truecolor", force_terminal=True)
    rows = [f'<text x="16" y="58" fill="#f0f6fc">$ {escape(command)}</text>']
    for number, line in enumerate(lines):
        at = 0
        for segment in Segment.simplify(line.render(console)):
            width = cell_len(segment.text)
            if segment.text.strip():
                style = segment.style
                fill = PALETTE.get(style.color.number or 0, "") if style and style.color else ""
                attributes = (f' fill="{fill}"' if fill else "") + (' class="b"' if style and style.bold else "")
                for word in re.finditer(r"\S+(?: \S+)*", segment.text):
                    start = at + cell_len(segment.text[: word.start()])
                    rows.append(
                        f'<text x="{16 + start * 8}" y="{84 + number * 21}" textLength="{cell_len(word[0]) * 8}"'
                        f'{attributes} lengthAdjust="spacingAndGlyphs">{escape(word[0])}</text>'
                    )
            at += width
    height = 84 + len(lines) * 21
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * 8 + 32} {height}" role="img">\n'
        "<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'Noto Sans Mono CJK SC',monospace;"
        "white-space:pre}.b{font-weight:bold}</style>\n"
        f'<rect width="100%" height="{height}" rx="10" fill="#0d1117"/>\n'
        '<circle cx="22" cy="22" r="6" fill="#ff5f56"/><circle cx="42" cy="22" r="6" fill="#ffbd2e"/>'
        '<circle cx="62" cy="22" r="6" fill="#27c93f"/>\n'
        '<g fill="#c9d1d9">\n' + "\n".join(rows) + "\n</g>\n</svg>\n"
    )


def statuses() -> str:
    """Statuses along a line of time: what a duty due at the end of August is called on which day, and its record."""
    opens, warns, due, ends = 110, 430, 560, 880

    def bar(left: int, right: int, row: int, colour: str, words: str, below: str) -> str:
        middle = (left + right) // 2
        return (
            f'<rect x="{left + 2}" y="{row}" width="{right - left - 4}" height="46" rx="6" fill="{colour}"/>'
            f'<text x="{middle}" y="{row + 20}" class="m b">{words}</text>'
            f'<text x="{middle}" y="{row + 37}" class="m s">{below}</text>\n'
        )

    def tick(at: int, day: str, what: str) -> str:
        return (
            f'<path d="M{at} 52V252" stroke="#8b949e" stroke-dasharray="3 3"/>'
            f'<text x="{at}" y="24" class="m b t">{day}</text><text x="{at}" y="42" class="m s t">{what}</text>\n'
        )

    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 300" role="img">\n'
        "<style>text{font:14px system-ui,sans-serif;fill:#1f2328}.m{text-anchor:middle}.b{font-weight:600}"
        ".s{font-size:12px}.t{fill:#6e7781}</style>\n"
        '<rect width="900" height="300" rx="10" fill="#ffffff"/>\n'
        + tick(opens, "08-01", "the window opens")
        + tick(warns, "08-24", "warn_before")
        + tick(due, "08-31", "the deadline, to its end")
        + '<text x="20" y="72" class="s t">no record</text>\n'
        + bar(20, opens, 80, "#eaeef2", "upcoming", "未到期")
        + bar(opens, warns, 80, "#ddf4ff", "due", "待公开")
        + bar(warns, due, 80, "#fff8c5", "due, soon", "待公开，临近")
        + bar(due, ends, 80, "#ffcecb", "overdue", "逾期未公开; then 提醒, 催办, 通报")
        + '<text x="20" y="162" class="s t">a record of T</text>\n'
        + bar(20, due, 170, "#dafbe1", "satisfied", "按时公开 (early, if before the window: a signal says so)")
        + bar(due, ends, 170, "#ffe2c6", "late", "逾期公开, for good")
        + '<path d="M20 252H870l-8-5m8 5l-8 5" stroke="#57606a" fill="none"/>\n'
        '<text x="20" y="278" class="s t">T: the day one looks from. '
        "A waiver dated by the deadline makes it waived (免责), an extension moves the deadline.</text>\n</svg>\n"
    )


class Words(HTMLParser):
    """What a page says, without its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.said.append(" ".join(data.split()))


def report_page() -> str:
    done = subprocess.run([GONGKAI, *REPORT], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stdout


def report_words() -> str:
    """A fingerprint of the words at the top of the report, which its picture shows."""
    return hashlib.sha256(" ".join(Words(report_page()).said)[:600].encode()).hexdigest() + "\n"


def photograph(page: str, picture: Path, width: int = 1180, height: int = 900) -> None:
    """Have Chromium draw a page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(page, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"]
        command = ["chromium", *options, f"--window-size={width},{height}", f"--screenshot={picture}", path.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


DRAWN = {"terminal.svg": terminal, "statuses.svg": statuses, "report.txt": report_words}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for name, draw in DRAWN.items():
        (PICTURES / name).write_text(draw(), encoding="utf-8")
    photograph(report_page(), PICTURES / "report.png")
    print(f"The pictures: {PICTURES}")


if __name__ == "__main__":
    main()
