"""What `gongkai init` writes: a commented plan, the head of a log, a configuration, the schema, a file for CI."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal

from gongkai_cli.formats import plan_schema
from gongkai_cli.log.appending import NAMES
from gongkai_cli.messages import LANGUAGES, Language, Words

CI = Literal["github", "gitlab", "none"]
GITHUB, GITLAB = PurePosixPath(".github/workflows/gongkai.yml"), PurePosixPath(".gitlab-ci.yml")
PLAN, LOG = PurePosixPath("plans/plan.yaml"), PurePosixPath("log.csv")
# Stands for an address that nobody has told us; the file says that it is to be replaced.
UNKNOWN_ORIGIN = "git+https://github.com/OWNER/gongkai"

_TEMPLATES = Path(__file__).parent
# Without it Excel takes UTF-8 for the encoding of the system.
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Start:
    """What the starter files are made for."""

    today: date  # the day on which the plan of the sample was issued
    language: Language
    ci: CI = "none"
    ci_file: PurePosixPath | None = None  # where the file for CI goes; by default its usual place
    origin: str | None = None  # from where CI installs gongkai, as pip understands it


def starter_files(start: Start) -> Mapping[PurePosixPath, bytes]:
    """Return the files by their paths in the new folder, in the order in which people meet them."""
    header = [own if start.language == "en" else others[0] for own, others in NAMES.items()]
    files = {
        PLAN: _filled("plan.yaml", start),
        LOG: f"{_BOM}{','.join(header)}\n",
        PurePosixPath("gongkai.toml"): _filled("gongkai.toml", start),
        PurePosixPath("schema/plan.schema.json"): plan_schema.render([Words(language) for language in LANGUAGES]),
    }
    if start.ci != "none":
        usual = GITHUB if start.ci == "github" else GITLAB
        files[start.ci_file or usual] = _filled(f"{start.ci}.yml", start)
    return {path: content.encode("utf-8") for path, content in files.items()}


def _filled(name: str, start: Start) -> str:
    """A template in one language.

    Lines that begin with `zh|` or `en|` belong to one language; those that end with `{place}` ask for the address that
    is not known, and go where it is.
    """
    other = next(f"{language}|" for language in LANGUAGES if language != start.language)
    values = {
        "year": f"{start.today.year:04}",
        "today": start.today.isoformat(),
        "origin": start.origin or UNKNOWN_ORIGIN,
    }
    said = []
    for line in (_TEMPLATES / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(other) or (start.origin and line.endswith("{place}")):
            continue
        own = line.removeprefix(f"{start.language}|").removesuffix(" {place}")
        # Not str.format: YAML has braces of its own.
        said.append(re.sub(r"\{(year|today|origin)\}", lambda slot: values[slot[1]], own))
    return "\n".join(said) + "\n"
