"""Changing many files of a folder at once, so that a process killed at any moment leaves the old ones or the new ones.

There are two ways, and the first that is possible is taken:

- `swap`: the folder's next state is built beside it, out of links to what stays and files that are new, and the two folders
  change places in one step. What the old one held is then removed. The folder is at every moment the old or the new.
- `journal`: where folders cannot change places, all new content and a list of the steps are made safe first. Then the steps
  are taken one by one. A process killed before the list is complete has changed nothing; after it, the next one goes on from
  where it stopped.

Both work in a folder beside the one to change (or in it, when only that can be written), which is there only meanwhile, and
whose lock keeps two processes apart. `at_once` removes or completes what a killed process left before it does its own work.
"""

from .transaction import Busy, Changes, Interrupted, at_once, leftover
from .tree import fingerprint

__all__ = ["Busy", "Changes", "Interrupted", "at_once", "fingerprint", "leftover"]
