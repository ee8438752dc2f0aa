"""Made-up plans of any size for timing: varied rules, owners and windows, written as people write them."""

from copy import deepcopy
from itertools import count, islice
from pathlib import Path

import yaml

FREQUENCIES = (
    ("monthly", ("end of next month", "day 10 of next month", "10 working days after end of period", "end of period")),
    ("weekly", ("end of period", "3 working days after end of period", "2 days after end of period")),
    ("quarterly", ("end of next month", "day 15 of next month", "20 working days after end of period")),
    ("annual", ("06-30", "03-31 of next year", "end of period")),
    ("once", ("2017-12-31", "2017-09-30", "none")),
    ("on formed", ("20 working days after event", "10 days after event", "none")),
    ("on meeting", ("3 working days before event", "same day as event", "5 working days after event")),
    ("continuous", ("2 weeks after previous", "6 months after previous", "none")),
    ("every 5 days", ("end of period", "1 working day after end of period")),
    ("recurring", ("none",)),
)


def write_plan(path: Path, obligations: int, owners: int = 100) -> None:
    """Write a valid plan with a number of obligations and owners."""
    lines = [
        "# Made up for timing; it encodes no real document.",
        "version: 1",
        "plan:",
        f"  id: made-up-{obligations}",
        f"  title: 编造的计划（{obligations} 项）",
        "  document_number: 编造〔2017〕1号",
        "  issued: 2017-03-20",
        "  starts: 2017-01-01",
        "  ends: 2017-12-31",
        "owners:",
        *(f"  - {{name: 第{n}局, aliases: [{n}局, 区第{n}局]}}" for n in range(owners)),
        "events:",
        "  formed: 信息形成或者变更",
        "  meeting: 会议召开",
        "readings:",
        "  remit:",
        "    word: 按职责分工",
        "    about: owner",
        "    means: 由职责对应的单位承担",
        "    authority: 编造",
        "obligations:",
    ]
    for number in range(obligations):
        frequency, deadlines = FREQUENCIES[number % len(FREQUENCIES)]
        deadline = deadlines[number // len(FREQUENCIES) % len(deadlines)]
        lines += [
            f"  - id: duty-{number}",
            f"    clause: 第{number}条",
            f"    quote: 第{number}项事项按规定予以公开",
            f"    title: 第{number}项事项信息公开",
            f"    owner: 第{number % owners}局",
            f"    frequency: {frequency}",
            f"    deadline: {deadline}",
            "    readings: [remit]",
            "    match:",
            f"      title: [第{number}项]",
        ]
        if number % 7 == 0:
            # A start of its own gives many obligations a timetable that no other shares.
            lines += [f"    from: 2017-{1 + number % 12:02d}-{1 + number % 28:02d}", "    note: 编造的起算日"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_copies(path: Path, plan: Path, obligations: int) -> None:
    """Write a plan with a number of obligations that are those of a real one, over and over; titles are told apart."""
    data = yaml.load(plan.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    copies = (
        deepcopy(each) | {"id": f"{each['id']}-{number}", "title": f"{each['title']}（{number}）"}
        for number in count()
        for each in data["obligations"]
    )
    data["obligations"] = list(islice(copies, obligations))
    del data["untracked"]
    text = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    path.write_text(f"# Copies of the obligations of {plan.name}, for timing.\n{text}", encoding="utf-8")
