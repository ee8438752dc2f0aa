"""Coverage-guided fuzzing of one reader: `make fuzz TARGET=yaml TIME=60`. What it finds becomes a case."""

import importlib
import pkgutil
import sys
from pathlib import Path

import atheris

import gongkai_cli

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
with atheris.instrument_imports(include=["gongkai_cli", "yaml", "tomllib", "xlrd"]):
    from readers import READERS, seeds

    # What readers import when they are first called would count nothing: of Parquet files that is all there is.
    for module in pkgutil.walk_packages(gongkai_cli.__path__, "gongkai_cli."):
        if module.name.startswith(("gongkai_cli.log.", "gongkai_cli.sources.")):
            importlib.import_module(module.name)
    import xlrd  # noqa: F401

SECONDS = 60  # that one input may take; a busy machine may leave a reader without a core for a while


def main() -> None:
    name, seconds = sys.argv[1], sys.argv[2]
    corpus = Path("build") / "fuzz" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(seeds(name)):
        (corpus / f"seed{number}").write_bytes(raw)
    limits = [f"-max_total_time={seconds}", f"-timeout={SECONDS}", "-rss_limit_mb=2000", "-max_len=20000"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/found-", str(corpus)], READERS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
