"""A plan against the text of its document."""

import os
from pathlib import Path

import pytest
from conftest import REAL_PLAN, ROOT, Gongkai

REAL_SOURCE = Path(os.environ.get("GONGKAI_TEST_SOURCE", ROOT.parent / "shared" / "sources" / "2017_dongying.txt"))


@pytest.mark.skipif(not REAL_SOURCE.exists(), reason="the document of the real plan is not at hand")
def test_the_real_plan_says_all_that_its_document_says(gongkai: Gongkai) -> None:
    done = gongkai("check", REAL_PLAN, "--source", REAL_SOURCE, "--min-coverage", "100", "--lang", "en")
    assert done.code == 0
    assert done.out.splitlines()[-2:] == [
        f"{REAL_SOURCE}: 375 of 375 quotes found; quotes touch 176 of 176 sentences (100.0 %).",
        "Not counted as sentences: 7 lines (titles, signatures, table headings, page numbers).",
    ]
    assert "GK7" not in done.out
