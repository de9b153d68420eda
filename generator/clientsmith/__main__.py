"""`python -m clientsmith`, the same as the `clientsmith` command."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

from clientsmith.cli import main


def run() -> NoReturn:
    """Run the command that the process was started for, and end the process with its exit status.

    Nothing is tidied up, which would take long after a large document; and Python would end by the signal, whatever the status,
    where an interrupt came while a text was executed, as each import of a dataclass does, although it was caught.

    Raises:
        SystemExit: The usage was wrong (status 2), or help or the version was asked for (status 0).
    """
    status = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
