"""Records of large files, of which only a piece is in memory, are those of the same bytes in memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongkai_cli.log import csv_pieces, csv_records
from gongkai_cli.log.csv_records import Bytes, content_of, count_endings, first_ending, next_record, physical_lines

SIGNS = [b'"', b'"', b'""', b",", b"\r", b"\n", b"\r\n", b" ", b"a", b"bcdefghij"]


@contextmanager
def in_pieces(raw: bytes, piece: int, near: int) -> Iterator[Bytes]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "log.csv"
        path.write_bytes(raw)
        patch.setattr(csv_records, "_READ_AT_ONCE", 0)
        patch.setattr(csv_records, "_NEAR", near)
        patch.setattr(csv_records, "_STEP", piece)
        patch.setattr(csv_pieces, "_PIECE", piece)
        with content_of(path) as data:
            assert not raw or not isinstance(data, bytes)
            yield data


def records_of(data: Bytes) -> list[csv_records.Record]:
    found, at = [], 0
    while at < len(data):
        record = next_record(data, at, b",")
        found.append(record)
        at = max(record.end, at + 1)
    return found


@given(st.lists(st.sampled_from(SIGNS), max_size=40).map(b"".join), st.integers(1, 9), st.integers(1, 9))
@example(b'"a\n' + b"b" * 30 + b'" ,c\r\n"d"', 2, 1)
@example(b'a,"b"\r\n"c"c\n', 3, 1)
def test_pieces_say_the_same_as_the_whole(raw: bytes, piece: int, near: int) -> None:
    with in_pieces(raw, piece, near) as data:
        assert data[:] == raw
        assert data[2:5] == raw[2:5]
        records = records_of(raw)
        assert records_of(data) == records
        wanted = range(len(records))
        for blanks_count in (True, False):
            assert physical_lines(data, 0, wanted, b",", blanks_count=blanks_count) == physical_lines(
                raw, 0, wanted, b",", blanks_count=blanks_count
            )
        for start in range(0, len(raw), 3):
            assert count_endings(data, start) == count_endings(raw, start)
            assert first_ending(data, start, len(raw) - 1) == first_ending(raw, start, len(raw) - 1)
            for sign in (b'"', b"\n"):
                assert data.find(sign, start, len(raw) - 1) == raw.find(sign, start, len(raw) - 1)
                assert data.rfind(sign, start, len(raw) - 1) == raw.rfind(sign, start, len(raw) - 1)


def test_the_end_of_a_record_is_not_looked_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_records, "_FAR", 20)
    raw = b'"a\n' + b"b" * 200 + b'"\n'
    assert next_record(raw, 0, b",").sound
    with in_pieces(raw, 8, 4) as data:
        assert next_record(data, 0, b",") == csv_records.Record(0, 2, 3, sound=False)
