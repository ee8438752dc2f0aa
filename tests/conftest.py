"""What several test files share: the real plan, and a command line run in this process."""

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from gongkai_cli.cli import run

# Fixed examples in CI, so that a build says the same twice; new ones on every other run.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent
REAL_PLAN = ROOT / "plans" / "2017_dongying.yaml"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command line did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Gongkai = Callable[..., Done]


@pytest.fixture
def gongkai(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gongkai:
    """Run one command line in this process, away from the caller's environment."""
    for name in ("GONGKAI_PLAN", "GONGKAI_LOG", "GONGKAI_WORKDAYS", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str | Path) -> Done:
        code = run([str(argument) for argument in arguments])
        caught = capsys.readouterr()
        return Done(code, caught.out, caught.err)

    return call


PLAN = """\
version: 1
plan:
  id: small
  title: 编造的小计划
  document_number: 编造〔2017〕1号
  issued: 2017-07-11
  ends: 2017-12-31
owners:
  - {name: 区财政局, aliases: [财政局]}
  - {name: 区物价办}
  - {name: 区农业局}
events:
  emergency: 突发事件发生
  formed: 信息形成或者变更
readings:
  monthly:
    word: 按月
    about: deadline
    means: 次月月底前公开上月数据
    authority: 编造
    deadline: end of next month
obligations:
  - id: fiscal
    clause: 一（一）1
    quote: 按月公开财政收支情况
    title: 财政收支月报
    owner: 区财政局
    frequency: monthly
    readings: [monthly]
  - id: prices
    clause: 二
    quote: 每周发布价格信息
    title: 价格周报
    owner: [区物价办, 区农业局]
    completion: any
    frequency: weekly
    deadline: end of period
  - id: cleanup
    clause: 三
    quote: 年底前完成清理
    title: 完成清理
    owner: 区财政局
    act: do
    frequency: once
    deadline: 2017-12-31
  - id: news
    clause: 四
    quote: 5小时内发布权威信息
    title: 权威信息
    owner: 区财政局
    frequency: on emergency
    deadline: 5 hours after event
  - id: policies
    clause: 五
    quote: 及时公开政策
    title: 政策公开
    owner: 区农业局
    frequency: on formed
    deadline: 20 working days after event
  - id: social
    clause: 六
    quote: 定期公布情况
    title: 情况公布
    owner: 区农业局
    frequency: recurring
    deadline: none
"""


@pytest.fixture
def small_plan(tmp_path: Path) -> Path:
    """A plan with one duty of every manner."""
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def bulletin_folder(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the folder of the made-up bulletin, so that places in its log are `log.csv:2`; see bulletins.py."""
    folder = ROOT / "tests" / "bulletin"
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, empty, for the time of one test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
