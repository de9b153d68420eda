"""`python -m clientsmith`, the same as the `clientsmith` command."""

import sys

from clientsmith.cli import main

sys.exit(main())
