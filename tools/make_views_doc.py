"""Makes docs/views.md from the comments that the views' files hold: `python -m tools.make_views_doc`.
A test holds the page against it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from goldmine_ingest.store.history import open_store

FILE = Path(__file__).parents[1] / "docs" / "views.md"
_HEAD = """\
# The views

Made from `sql/views/` by `python -m tools.make_views_doc`; a test fails if it isn't up to date. The same words are in the history itself:
`SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'listings'`, and the tool-tips of programs that show comments.

Times are UTC. Unknown is NULL, never 0 or an empty text. `SHOW TABLES` lists these views; what is behind them lies in the schema `internal`
and may change with any version.
"""
_COLUMNS = """
SELECT view_name, v.comment AS about, column_name, data_type, c.comment AS meaning
FROM duckdb_views() AS v JOIN duckdb_columns() AS c ON c.table_oid = v.view_oid
WHERE NOT v.internal AND v.schema_name = 'main'
ORDER BY view_name, column_index
"""
_TYPES = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}


def page() -> str:
    """docs/views.md, from a new history."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(Path(folder) / "history.duckdb", now=datetime.now(UTC)) as store,
    ):
        rows = store.con.execute(_COLUMNS).fetchall()
    return "\n".join([_HEAD, *_sections(rows)])


def _sections(rows: list[tuple[str, str, str, str, str]]) -> Iterator[str]:
    shown = ""
    for view, about, column, kind, meaning in rows:
        if view != shown:
            yield f"{'' if not shown else chr(10)}## {view}\n\n{about}\n\n| column | type | |\n|---|---|---|"
            shown = view
        yield f"| `{column}` | {_TYPES.get(kind, kind)} | {meaning} |"
    yield ""


def main() -> None:
    FILE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
