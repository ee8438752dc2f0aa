"""Every sentence exists in both languages, and the catalogs are neither missing nor carrying any."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from gongkai_cli.messages import CATALOGS, Words, language_of, text

SOURCE = Path(__file__).parent.parent / "src" / "gongkai_cli"
# English that is typed, or is a name.
TYPED = frozenset(
    """Excel Word Parquet Lines Schema Tab shell to zh en nil event plan log overdue late due erased created
    retroactive removed any day owner text old new publication correction waiver extension office Asia Shanghai MiB as
    of from include gitlab git diff ledgers letters""".split()  # noqa: SIM905
)
FIELD = re.compile(r"\{([a-z_]*)[^{}]*\}")


def sentences() -> set[str]:
    """Every template in the code, read from its syntax tree, which also sees inside f-strings."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text":
                sentence = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
                assert isinstance(sentence, str), f"{path}:{node.lineno}: not a plain sentence"
                found.add(sentence)
    return found


def catalog() -> dict[str, str]:
    with (CATALOGS / "zh.po").open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream) if message.id}


def test_no_sentence_is_missing_or_stale() -> None:
    assert set(catalog()) == sentences()


def test_every_sentence_is_translated() -> None:
    assert [sentence for sentence, translated in catalog().items() if not translated] == []


def test_translations_name_the_same_values() -> None:
    def names(sentence: str) -> set[str]:
        return set(FIELD.findall(sentence.replace("{{", "").replace("}}", "")))

    assert [sentence for sentence, translated in catalog().items() if names(sentence) != names(translated)] == []


def test_nothing_is_fuzzy_or_obsolete() -> None:
    with (CATALOGS / "zh.po").open("rb") as stream:
        found = read_po(stream)
    assert [message.id for message in found if message.fuzzy and message.id] == []
    assert list(found.obsolete) == []


def test_translations_begin_and_end_as_their_sentences_do() -> None:
    """A line break that one has and the other has not would run two lines together; blanks hang over an edge."""
    odd = [
        sentence
        for sentence, said in catalog().items()
        if sentence.endswith("\n") != said.endswith("\n")
        or re.search(r"[ \t]$", said, re.MULTILINE)
        or (said[:1] == " " and sentence[:1] != " ")
    ]
    assert odd == []


def test_chinese_has_no_english_in_it() -> None:
    """But for what is typed or shown as it is: names of files, formats, options, commands, statuses, and the like."""
    kept = re.compile(
        r"`[^`]*`|\{[^{}]*\}|gongkai[\w .-]*|(?<![\w])--?[a-z][\w-]*"
        r"|[\w*/]*\.(?:toml|yaml|yml|md|csv|xlsx|docx?|wps|ics|io)\b"
        r"|\b[A-Z][A-Z_0-9]+\b|\bgit:\S*|\b(?:plans|docs|ledgers)/|\bhttps?\b|\bToml\b|pip install \S+"
    )
    left = {
        word
        for said in catalog().values()
        for word in re.findall(r"[A-Za-z]{2,}", kept.sub("", said))
        if word not in TYPED
    }
    assert left == set()


def test_chinese_has_chinese_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff] ?[,;:?!](?!…)|[\u4e00-\u9fff]\.(?:\s|$)|[,;?!] ?[\u4e00-\u9fff]")
    shown = {said: re.sub(r"`[^`]*`|git:版本:路径", "", said) for said in catalog().values()}
    assert [said for said, bare in shown.items() if half.search(bare)] == []


def test_english_has_english_punctuation() -> None:
    """But for what is quoted from documents."""
    wide = [sentence for sentence in catalog() if re.search(r"[\u3000-\u303f\uff00-\uffef]", sentence)]
    assert [sentence for sentence in wide if not re.search(r"such as|「\{quote\}」|with 、 between", sentence)] == []


def test_compiled_catalog_is_fresh() -> None:
    with (CATALOGS / "zh.mo").open("rb") as stream:
        compiled = {str(message.id): str(message.string) for message in read_mo(stream) if message.id}
    assert compiled == catalog()


def test_sentences_are_said_in_the_readers_language() -> None:
    sentence = text("did you mean `{name}`?", name="fiscal-monthly")
    assert Words("en")(sentence) == "did you mean `fiscal-monthly`?"
    assert Words("zh")(sentence) == "是否为 `fiscal-monthly`？"


def test_sentences_among_the_values_are_said_too() -> None:
    sentence = text("make-up working day for {holiday}", holiday=text("National Day"))
    assert Words("zh")(sentence) == "国庆节调休上班"


def test_braces_in_untrusted_values_are_kept() -> None:
    assert Words("en")(text("unknown key {name}", name="{0.__class__}")) == "unknown key {0.__class__}"


def test_language_of_a_tag() -> None:
    assert [language_of(tag) for tag in ("zh-CN", "en", "en-GB", "fr")] == ["zh", "en", "en", "zh"]


def test_sentences_need_no_heavy_import() -> None:
    code = "import sys, gongkai_cli.messages; print('pydantic' in sys.modules or 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
