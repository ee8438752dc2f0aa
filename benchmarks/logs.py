"""Made-up logs of any size, the same each time: written by the table engine line after line, in little memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

from gongkai_cli.plan_file import load_plan

SHAPES = ("declared", "titles", "formed", "website")
COLUMNS = "published,obligation,owner,period,formed,title,url,recorded"
# Every title and every address is another one; the days are those of half a year.
GENERATE = """
import duckdb, json, sys
lines, shape, path, duties = int(sys.argv[1]), sys.argv[2], sys.argv[3], json.load(open(sys.argv[4], encoding="utf-8"))
con = duckdb.connect()
con.execute("SET memory_limit = '1GB'")
con.execute("SET enable_progress_bar = false")
con.execute("CREATE TABLE duties (n INT, id VARCHAR, owner VARCHAR, kind VARCHAR, form VARCHAR, title VARCHAR)")
unnested = ", ".join(["unnest(?)"] * 6)
con.execute("INSERT INTO duties SELECT " + unnested, [list(column) for column in zip(*duties)])
period = \"\"\"CASE kind
 WHEN 'month' THEN strftime(day - INTERVAL 1 MONTH, '%Y-%m') WHEN 'week' THEN strftime(day, '%G-W%V')
 WHEN 'quarter' THEN year(day) || '-Q' || quarter(day) WHEN 'year' THEN year(day)::VARCHAR END\"\"\"
named = \"\"\"CASE kind WHEN 'month' THEN year(day) || '年' || month(day - INTERVAL 1 MONTH) || '月'
 WHEN 'week' THEN year(day) || '年第' || week(day) || '周' WHEN 'year' THEN year(day) || '年度' ELSE '' END\"\"\"
formed = "CASE WHEN form = 'event' AND n % 2 = 0 THEN strftime(day - INTERVAL (n % 9) DAY, '%Y-%m-%d') END"
written = "FORMAT parquet, COMPRESSION zstd" if path.endswith(".parquet") else "HEADER"
con.execute(f\"\"\"COPY (SELECT strftime(day, '%Y-%m-%d') AS published,
  {"NULL::VARCHAR" if shape == "website" else "id"} AS obligation, owner,
  {period if shape == "declared" else "NULL::VARCHAR"} AS period,
  {formed if shape == "formed" else "NULL::VARCHAR"} AS formed,
  '关于' || {"''" if shape == "declared" else named} || title || '的公告（' || n || '）' AS title,
  'http://www.example.gov.cn/zwgk/' || strftime(day, '%Y%m/t%Y%m%d_') || n || '.html' AS url,
  strftime(day, '%Y-%m-%d ') || lpad((8 + n % 10)::VARCHAR, 2, '0') || ':' || lpad((n % 60)::VARCHAR, 2, '0')
  AS recorded
  FROM (SELECT lines.n, id, owner, kind, form, title, DATE '2017-07-12' + (hash(lines.n * 7 + 1) % 170)::INT AS day
        FROM range({lines}) lines(n) JOIN duties ON duties.n = (hash(lines.n) % {len(duties)})::INT))
  TO '{path}' ({written})\"\"\")
"""


def write_log(path: Path, lines: int, shape: str, plan: Path) -> None:
    """Write a log of a number of lines that speak of the duties of a plan; CSV or Parquet, by the path's ending."""
    duties = path.with_suffix(".duties.json")
    duties.write_text(json.dumps(_duties(plan), ensure_ascii=False), encoding="utf-8")
    # In a process of its own, whose memory is gone when something is measured.
    subprocess.run([sys.executable, "-c", GENERATE, str(lines), shape, str(path), str(duties)], check=True, env=PLAIN)
    duties.unlink()
    os.sync()  # what is still on its way to the disk would be counted with the first that is timed


def _duties(plan: Path) -> list[tuple[int, str, str, str, str, str]]:
    loaded = load_plan(plan).usable()
    return [
        (n, each.id, loaded.owners_of(each)[0], each.frequency.kind or "", each.frequency.form, each.title)
        for n, each in enumerate(loaded.obligations)
    ]


# What is measured is a program as it is installed: compiled once.
PLAIN = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"} | {"LC_ALL": "C.UTF-8"}
