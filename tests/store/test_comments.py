"""What views and columns mean stands in the history, and on its page, in the same words."""

from __future__ import annotations

from pathlib import Path

from goldmine_ingest.store.history import open_store
from tests.histories import NOON
from tools.make_views_doc import FILE, page

WITHOUT_WORDS = """
SELECT view_name || coalesce('.' || column_name, '')
FROM duckdb_views() AS v LEFT JOIN duckdb_columns() AS c ON c.table_oid = v.view_oid
WHERE NOT v.internal
    AND (v.comment IS NULL OR (c.comment IS NULL AND v.schema_name = 'main'))
"""


def test_every_view_and_column_has_its_words(tmp_path: Path) -> None:
    with open_store(tmp_path / "new.duckdb", now=NOON) as store:
        assert store.con.execute(WITHOUT_WORDS).fetchall() == []


def test_the_page_says_the_same() -> None:
    assert FILE.read_text() == page(), "python -m tools.make_views_doc writes it anew"
