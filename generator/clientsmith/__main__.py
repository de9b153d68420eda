"""`python -m clientsmith`, the same as the `clientsmith` command."""

import gc
import sys

from clientsmith.cli import main


def run() -> int:
    """Run the command that the process was started for.

    Returns:
        The exit status.

    Raises:
        SystemExit: The usage was wrong (status 2), or help or the version was asked for (status 0).
    """
    status = main()
    gc.freeze()  # or the interpreter would look through all that the command made once more before it ends
    return status


if __name__ == "__main__":
    sys.exit(run())
