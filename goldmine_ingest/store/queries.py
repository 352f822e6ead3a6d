"""Named SQL statements: each is a file in `sql/queries/` with a comment on top that says what it
answers.
"""

from __future__ import annotations

from functools import cache

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.runtime.shipped_files import shipped


@cache
def query(name: str) -> str:
    """The text of `sql/queries/<name>.sql`. Raises GoldmineError if there is none."""
    path = shipped("sql") / "queries" / f"{name}.sql"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise GoldmineError(
            f"the installation lacks sql/queries/{name}.sql", hint="Install goldmine-ingest again."
        ) from error
