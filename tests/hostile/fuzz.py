"""Coverage-guided fuzzing of one reader: `make fuzz TARGET=yaml TIME=60`. What it finds becomes a case."""

import sys
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
with atheris.instrument_imports(include=["gongkai_cli", "yaml", "tomllib"]):
    from readers import READERS, seeds


def main() -> None:
    name, seconds = sys.argv[1], sys.argv[2]
    corpus = Path("build") / "fuzz" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(seeds(name)):
        (corpus / f"seed{number}").write_bytes(raw)
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2000", "-max_len=20000"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/found-", str(corpus)], READERS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
