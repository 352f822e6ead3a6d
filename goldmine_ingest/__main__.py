"""`python -m goldmine_ingest` is the `goldmine` command."""

import sys

from goldmine_ingest.cli import main

if __name__ == "__main__":
    sys.exit(main())
