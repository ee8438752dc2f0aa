"""The examples that --help shows with each command; the tests run them all, in this order, beside the shipped plan."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gongkai_cli.messages import Text, text


class Example(NamedTuple):
    """A command line, and what it is for."""

    line: str
    what: Text


_LOG = "--log examples/made-up-log-2017"

EXAMPLES: Mapping[str, Sequence[Example]] = {
    "gongkai": (
        Example("gongkai due --month 2017-08", text("what falls due in August")),
        Example("gongkai explain fiscal-monthly", text("how one duty's deadlines come about")),
        Example(f"gongkai overdue {_LOG}", text("what is overdue by now")),
    ),
    "init": (
        Example("gongkai init office", text("begin a plan in the folder office")),
        Example("gongkai init county --lang en --ci none", text("in English, without a file for CI")),
    ),
    "check": (
        Example("gongkai check", text("the plan that is found")),
        Example("gongkai check plans --strict", text("all plans of a folder; warnings fail too")),
        Example("gongkai check --format github", text("notes at the lines of a pull request")),
    ),
    "diff": (
        Example("gongkai diff plans/2017_dongying.yaml edited.yaml", text("what an edit changes")),
        Example(
            f"gongkai diff plans/2017_dongying.yaml edited.yaml {_LOG} --fail-on erased",
            text("exit with 1 where a breach is erased"),
        ),
    ),
    "schema": (
        Example("gongkai schema --output plan.schema.json", text("a file to which an editor can be pointed")),
        Example("gongkai schema --lang en", text("keys explained in English alone")),
    ),
    "due": (
        Example("gongkai due --month 2017-08", text("dates alone, without a log")),
        Example(f"gongkai due --quarter 2017-Q3 --by owner {_LOG}", text("how each stands, owner by owner")),
        Example(f"gongkai due --week 2017-W31 --status overdue {_LOG}", text("only what is overdue")),
    ),
    "overdue": (
        Example(f"gongkai overdue {_LOG}", text("everything that is overdue now")),
        Example(f"gongkai overdue --owner 区民政局 --as-of 2017-10-01 {_LOG}", text("of one owner, as of a day")),
    ),
    "satisfied": (
        Example(f"gongkai satisfied --month 2017-08 {_LOG}", text("what was due in August and is done")),
        Example(f"gongkai satisfied --format csv --output done.csv {_LOG}", text("as a table for Excel")),
    ),
    "status": (
        Example(f"gongkai status --as-of 2017-10-01 {_LOG}", text("how every owner stood on a day")),
        Example(f"gongkai status --known-on 2017-09-01 {_LOG}", text("by what was written down by then")),
    ),
    "explain": (
        Example("gongkai explain fiscal-monthly", text("all its deadlines, without a log")),
        Example(f"gongkai explain relief-monthly --period 2017-07 {_LOG}", text("one verdict, to the line of the log")),
        Example("gongkai explain capacity-share --event 2017-09-28", text("what an event on this day would start")),
    ),
    "report": (
        Example(f"gongkai report --month 2017-08 {_LOG}", text("the bulletin of a month, to read here")),
        Example(f"gongkai report --quarter 2017-Q3 --format docx --output q3.docx {_LOG}", text("as a Word document")),
        Example(
            f"gongkai report --letter --output letters {_LOG}", text("a letter to every owner with anything overdue")
        ),
    ),
    "ledger": (
        Example("gongkai ledger --month 2017-08 --output ledgers", text("a file for every owner")),
        Example("gongkai ledger --quarter 2017-Q3 --owner 区财政局 --output q3", text("of one owner, for a quarter")),
    ),
    "calendar": (
        Example("gongkai calendar --output deadlines.ics", text("all deadlines, to import or to publish")),
        Example("gongkai calendar --owner 区财政局 --output fiscal.ics", text("of one owner")),
        Example("gongkai calendar --output calendars/", text("a file for every owner")),
    ),
    "record": (
        Example(
            "gongkai record --log desk.csv --obligation fiscal-monthly --period 2017-07 --published 2017-08-30",
            text("written down on the day it appeared"),
        ),
        Example(
            "gongkai record --log desk.csv --obligation fiscal-monthly --period 2017-08 --published 2017-09-28 "
            "--title 8月份财政收支情况",
            text("with its title"),
        ),
    ),
    "event": (
        Example(
            "gongkai event --log desk.csv --event major-emergency --published '2017-08-05 22:30'",
            text("clocks of hours need the time"),
        ),
        Example(
            "gongkai event --log desk.csv --event congress-closed --published 2017-09-28",
            text("a day is enough for clocks of days"),
        ),
    ),
    "waive": (
        Example(
            "gongkai waive --log desk.csv --obligation relief-monthly --published 2017-08-20 --until 2017-08-31 "
            "--approved-by 区政府 --reference 东区政函〔2017〕8号 --note 统计口径调整",
            text("every deadline from the one day to the other"),
        ),
        Example(
            "gongkai waive --log desk.csv --obligation relief-monthly --period 2017-08 --published 2017-09-20 "
            "--until 2017-09-30 --approved-by 区政府 --reference 东区政函〔2017〕9号 --note 系统升级",
            text("one period alone"),
        ),
    ),
    "extend": (
        Example(
            "gongkai extend --log desk.csv --obligation env-monthly --period 2017-08 --published 2017-09-20 "
            "--until 2017-10-20 --approved-by 区政府 --reference 东区政函〔2017〕10号 --note 监测设备检修",
            text("must be dated by the deadline that it moves"),
        ),
        Example(
            "gongkai extend --log desk.csv --obligation land-quarterly --period 2017-Q3 --published 2017-10-10 "
            "--until 2017-11-10 --approved-by 区政府 --reference 东区政函〔2017〕11号 --note 送检延误",
            text("of a quarter"),
        ),
    ),
}
