"""Where the gongkai command begins."""

import gc
import os
import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it with 130 also while it is still being loaded."""
    # What one command makes lives until it ends: looking for cycles among it took a fifth of the time of a large log.
    gc.disable()
    # No code that happens to be installed runs beside a verdict; and to look for it takes as long as a small plan.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    try:
        from gongkai_cli.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
