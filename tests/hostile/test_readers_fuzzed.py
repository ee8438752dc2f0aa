"""Sound files, damaged in every way: each reader returns or says what is wrong, and fails at nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers import READERS, seeds

# What breaks readers: cells, keys and numbers that stand in for sound ones.
NASTY = [
    *(b"", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\x1b[2J", b"\r", b"\n\n", b'"', b'""', b"'", b"[", b"{", b"]", b"}"),
    *(b"&a", b"*a", b"<<:", b"!!x ", b"- ", b": ", b"#", b"|", b">", b"%", b"=1+1", b"@", b",,,", b"\t", b"9" * 5000),
    *(b"-0", b"1e999", b"NaN", b"null", b"2017-02-30", b"9999-12-31", b"::error::", b"</t>", b"&e;", b"\\ud800"),
    *(b"<c r='XFD1048576'>", b"a" * 3000, *(each.encode() for each in ("\u202e", "\ufeff", "２０１７", "²"))),
]

damages = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 5000), st.sampled_from(NASTY)),
    st.tuples(st.just("cut"), st.integers(0, 5000), st.integers(1, 200)),
    st.tuples(st.just("flip"), st.integers(0, 5000), st.integers(1, 255)),
    st.tuples(st.just("double"), st.integers(0, 5000), st.integers(1, 500)),
    st.tuples(st.just("end"), st.integers(0, 5000), st.just(0)),
)


def damaged(raw: bytes, kind: str, at: int, how: int | bytes) -> bytes:
    at %= len(raw) + 1
    if isinstance(how, bytes):
        return raw[:at] + how + raw[at:]
    if kind == "cut":
        return raw[:at] + raw[at + how :]
    if kind == "flip":
        return raw[:at] + bytes([raw[at] ^ how]) + raw[at + 1 :] if at < len(raw) else raw
    return raw[:at] + raw[max(0, at - how) :] if kind == "double" else raw[:at]


# Those that start the table engine take longer.
SLOW = ("csv", "xlsx", "xls", "json", "parquet")
FEW, MANY = 15, 80


def _damage(name: str, data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(seeds(name)))
    for kind, at, how in data.draw(st.lists(damages, min_size=1, max_size=6)):
        raw = damaged(raw, kind, at, how)
    READERS[name](raw)


@pytest.mark.parametrize("name", [name for name in READERS if name not in SLOW])
@settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_files(name: str, data: st.DataObject) -> None:
    _damage(name, data)


@pytest.mark.parametrize("name", SLOW)
@settings(max_examples=FEW, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_logs(name: str, data: st.DataObject) -> None:
    _damage(name, data)


@pytest.mark.parametrize("name", READERS)
def test_sound_files(name: str) -> None:
    for raw in seeds(name):
        READERS[name](raw)
