"""Times tracing a made-up document of 100 pages in every format, beside reading it; the plan quotes every sentence.

Usage: python benchmarks/tracing.py [--pages N] [--runs N]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from source_files import as_docx, as_html, as_pdf, as_text  # noqa: E402

from gongkai_cli.plan_file import parse_plan  # noqa: E402
from gongkai_cli.sources.document import SourceText  # noqa: E402
from gongkai_cli.sources.reading import read_source  # noqa: E402
from gongkai_cli.tracing import trace  # noqa: E402

# 22 lines of 28 characters (GB/T 9704).
PAGE = 22 * 28
LIMIT = 2.0  # seconds for tracing, beyond reading
FORMATS: dict[str, Callable[[str], bytes]] = {"txt": as_text, "docx": as_docx, "html": as_html, "pdf": as_pdf}


def sentences() -> Iterator[tuple[str, str]]:
    """Yield the quote and the whole of one sentence after the other."""
    number = 0
    while True:
        number += 1
        what = f"第{number}类信息的公开目录"
        yield (
            f"及时公布{what}",
            f"围绕第{number}项重点工作，及时公布{what}，主动回应社会各方面关注的热点问题，接受监督。",
        )


def made(pages: int) -> tuple[str, str]:
    """Return a document of so many pages, and a plan that encodes all of it."""
    source, lines, duties = sentences(), ["编造的文件，用于计时。\n"], []
    chapter = size = 0
    while size < pages * PAGE:
        chapter += 1
        lines.append(f"第{chapter}条　本条标题。\n")
        for item in range(1, 21):
            said = [next(source) for _ in range(5)]
            lines.append(f"{item}. {''.join(whole for _, whole in said)}（第一局牵头，第二局配合）\n")
            size += len(lines[-1])
            duties += [(f"第{chapter}条{item}", quote) for quote, _ in said]
    entries = "".join(
        f"  - {{id: d{n}, clause: {clause}, quote: {quote}, title: t, owner: 第一局, support: 第二局, "
        "frequency: recurring, readings: prompt}\n"
        for n, (clause, quote) in enumerate(duties)
    )
    plan = f"""# Made up for timing; it encodes no real document.
version: 1
plan: {{id: p, title: t, issued: 2017-01-01, ends: 2017-12-31}}
owners: [{{name: 第一局}}, {{name: 第二局}}]
readings: {{prompt: {{word: 及时, about: deadline, means: m, authority: a, deadline: none}}}}
obligations:
{entries}"""
    return "".join(lines), plan


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    content, plan = made(options.pages)
    loaded = parse_plan(plan.encode(), "plan.yaml")
    assert loaded.plan is not None, loaded.errors[:3]
    assert loaded.document is not None
    slow = False
    print("| format | pages | quotes | sentences | reading, s | tracing, s |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for form, make in FORMATS.items():
            path = Path(folder) / f"document.{form}"
            path.write_bytes(make(content))
            reading, tracing = [], []
            for _ in range(options.runs):
                begin = time.perf_counter()
                source = read_source(path)
                reading.append(time.perf_counter() - begin)
                assert isinstance(source, SourceText), source
                begin = time.perf_counter()
                traced = trace(loaded.plan, loaded.document, source)
                tracing.append(time.perf_counter() - begin)
            assert traced.found == traced.quotes, [each.message for each in traced.problems[:5]]
            took = statistics.median(tracing)
            slow = slow or took > LIMIT
            figures = f"{options.pages} | {traced.quotes} | {traced.share.total}"
            print(f"| {form} | {figures} | {statistics.median(reading):.2f} | {took:.2f} |")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
