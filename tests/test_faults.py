"""A sample of `make faults`; and a clock that jumps, folders that may not be written to, homes that are not there."""

import os
import shutil
import subprocess
import sys
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from conftest import Gongkai

from gongkai_cli.cli import session, writing

posix = pytest.mark.skipif(os.name != "posix", reason="by means of POSIX signals, limits and permissions")


@posix
def test_kills_interrupts_and_full_disks() -> None:
    script = Path(__file__).with_name("faults.py")
    done = subprocess.run([sys.executable, str(script), "--quick"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    figures = {what: count for count, what in (line.split(None, 1) for line in done.stdout.splitlines())}
    assert figures["lines lost"] == figures["promises broken"] == "0"
    assert int(figures["kills that came in time"]) > 0
    assert int(figures["full disks"]) >= 6


def test_a_clock_that_jumps(gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is recorded stays in the order in which it was written, and says the same as of the same day."""
    log = small_plan.with_name("log.csv")
    said = []
    moments = ("2017-10-01T09:00", "1999-01-01T00:00", "2038-01-19T11:14")
    for month, moment in enumerate(moments, start=7):

        def now(zone: tzinfo, moment: str = moment) -> datetime:
            return datetime.fromisoformat(moment).replace(tzinfo=zone)

        for module in (session, writing):
            monkeypatch.setattr(module, "now", now)
        line = ("--obligation", "fiscal", "--period", f"2017-{month:02}", "--published", "2017-12-05", "--log", log)
        assert gongkai("record", *line, "--plan", small_plan).code == 0
        done = gongkai("satisfied", "--plan", small_plan, "--log", log, "--as-of", "2018-02-01", "--format", "json")
        said.append(done.json()["summary"])
        assert gongkai("due", "--plan", small_plan, "--log", log).code == 0
    assert [each["satisfied"] + each["late"] for each in said] == [1, 2, 3]
    monkeypatch.setattr(writing, "now", lambda zone: datetime(1970, 1, 1, tzinfo=zone))
    done = gongkai("record", *line, "--plan", small_plan, "--lang", "en")
    assert done.code == 2
    assert "the year of `1970-01-01 00:00` lies outside" in done.err
    written = [row.split(",")[4] for row in log.read_text(encoding="utf-8-sig").splitlines()[1:]]
    assert written == [f"2017-{month:02}" for month in range(7, 10)]


@posix
def test_folders_that_may_not_be_written_to(small_plan: Path) -> None:
    """As somebody whom permissions bind, and who has no home."""
    command = [sys.executable, "-m", "gongkai_cli"]
    if os.getuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root may write everywhere, and util-linux is not there to change that")
        command = [setpriv, "--bounding-set", "-dac_override", "--inh-caps", "-dac_override", *command]
    closed = small_plan.parent / "closed"
    closed.mkdir()
    shutil.copy(small_plan, closed / "plan.yaml")
    log_file = closed / "log.csv"
    log_file.write_text("published,obligation\n", encoding="utf-8")
    log_file.chmod(0o444)
    closed.chmod(0o555)

    def gongkai(*arguments: str) -> tuple[int, str]:
        surroundings = {"HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
        line = [*command, *arguments, "--lang", "en"]
        done = subprocess.run(line, cwd=closed, capture_output=True, text=True, check=False, env=surroundings)
        return done.returncode, done.stderr

    try:
        plan, log = ("--plan", "plan.yaml"), ("--log", "log.csv")
        held = (*plan, *log, "--as-of", "2017-10-01")
        line = ("record", "--obligation", "cleanup", "--published", "2017-08-05", *plan)
        code, said = gongkai("overdue", *held)
        assert (code, said) == (0, "")
        denied = "error GK804 cannot be written: Permission denied\n"
        for arguments, where in (
            (("overdue", *held, "--output", "x.txt"), f"x.txt: {denied}"),
            (("ledger", *held, "--output", "new"), f"new: {denied}"),
            (("ledger", *held, "--output", "."), f".xlsx: {denied}"),
            (
                ("schema", "--output", "none/x.json"),
                "x.json: error GK804 cannot be written: No such file or directory\n",
            ),
            (("init", "new"), "new/plans: error GK804 cannot be made: Permission denied\n"),
            ((*line, *log), "log.csv: error GK611 this file may not be written\n"),
            ((*line, "--log", "new.csv"), "new.csv: error GK611 this file may not be written\n"),
        ):
            code, said = gongkai(*arguments)
            assert code == 2
            assert where in said
        assert sorted(path.name for path in closed.iterdir()) == ["log.csv", "plan.yaml"]
    finally:
        closed.chmod(0o755)
