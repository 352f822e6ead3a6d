"""`python -m goldmine_ingest` is the `goldmine` command."""

import sys

from goldmine_ingest.cli.entry import entry

if __name__ == "__main__":
    sys.exit(entry())
