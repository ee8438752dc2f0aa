"""Where the gongkai command begins."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it with 130 also while it is still being loaded."""
    try:
        from gongkai_cli.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
