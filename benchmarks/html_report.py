"""Times the HTML report of some 5,000 occurrences: making it, loading it in Chromium, filtering it there.

.venv/bin/python benchmarks/html_report.py
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from plans import write_plan

TESTS = Path(__file__).parent.parent / "tests"
sys.path.insert(0, str(TESTS))
BIN = Path(sys.executable).parent
# From the first byte to everything loaded, and from an input to the frame that shows its effect.
LOADED = "const [entry] = performance.getEntriesByType('navigation'); return entry.loadEventEnd"
FILTERED = """
const [name, value, done] = arguments, form = document.getElementById("filter");
form[name].value = value;
const begin = performance.now();
form.requestSubmit();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)));
"""


def write_log(path: Path, obligations: int) -> int:
    """Write a made-up log in which every third duty is published week by week; return its number of lines."""
    lines = ["published,obligation,title,url"]
    for number in range(0, obligations, 3):
        for week in range(52):
            day = date(2017, 1, 3) + timedelta(weeks=week)
            url = f"http://bureau-{number}.example.invalid/{day:%Y%m}/{number}-{week}.html"
            lines.append(f"{day},duty-{number},第{number}项事项信息公开（{day.month}月{day.day}日）,{url}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines) - 1


def main() -> int:
    from chromium import started

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--obligations", type=int, default=360)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_plan(folder / "plan.yaml", options.obligations, owners=40)
        lines = write_log(folder / "log.csv", options.obligations)
        command = [str(BIN / "gongkai"), "report", "--plan", "plan.yaml", "--log", "log.csv", "--as-of", "2017-12-31"]
        for form in ("json", "html", "xlsx"):
            begin = time.perf_counter()
            subprocess.run([*command, "--format", form, "-o", f"report.{form}"], cwd=folder, check=True)
            size = (folder / f"report.{form}").stat().st_size
            print(f"{form:5} {time.perf_counter() - begin:6.2f} s, {size / 1e6:.1f} MB (whole process)")
        for browser in started(folder / "profile"):
            loads = []
            for _ in range(options.runs):
                browser.open(folder / "report.html")
                loads.append(browser.run(LOADED))
            print(f"{lines} lines, {browser.run('return items.length')} occurrences")
            print(f"load {statistics.median(loads):.0f} ms")
            for field, value in (("status", "overdue"), ("owner", "o3"), ("words", "第33项"), ("words", "")):
                taken = browser.driver.execute_async_script(FILTERED, field, value)
                print(f"filter {field}={value!r}: {taken:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
