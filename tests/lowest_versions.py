"""Print the lowest versions that pyproject.toml allows, for pip: `make test-lowest` runs the tests with these."""

import re
import sys
import tomllib
from pathlib import Path

LOWEST = re.compile(r"(?P<name>[A-Za-z0-9-]+)>=(?P<version>[0-9a-z.]+)")


def lowest() -> list[str]:
    """Return each dependency pinned to its lowest version; raise ValueError for one that has none."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    found = []
    for requirement in stated:
        match = LOWEST.match(requirement)
        if match is None:
            raise ValueError(f"no lowest version: {requirement}")
        found.append(f"{match['name']}=={match['version']}{requirement[match.end() :]}")
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest()) + "\n")
