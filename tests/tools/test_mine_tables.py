"""The tables of counts are made from any folder of listings, have the shape of those that ship,
and hold no text.
"""

from __future__ import annotations

import json
from pathlib import Path

from goldmine_ingest.text.wordlists import counts
from tools.mine_tables import listings, tables

TEXT = "We need someone to fix the Flutter app of shop {}. It uses Firebase, Stripe and Dart."
TAGS = ["Flutter", "Firebase"]
ROWS = [
    {"title": f"Flutter developer for shop {n}", "text": TEXT.format(n), "skills": TAGS}
    for n in range(45)
]


def test_counts_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "some.jsonl").write_text(
        "\n".join(map(json.dumps, [*ROWS, ROWS[0]])), encoding="utf-8"
    )
    made = tables(listings(tmp_path))
    frequency = made["document_frequency"]
    assert frequency["listings"] == len(ROWS)
    assert {frequency["counts"][term] for term in ("flutter", "use", "flutter developer")} == {
        len(ROWS)
    }
    assert "44" not in frequency["counts"]
    assert made["template_trigrams"]["counts"]["we need someone"] == len(ROWS)
    assert made["craft_by_word"]["words"]["flutter developer"]["share"] == {
        "dev": 0.5,
        "mobile": 0.5,
    }
    assert {"flutter", "firebase"} <= set(made["tools"])


def test_the_shipped_tables_have_the_same_shape() -> None:
    for name, table in tables([]).items():
        shipped = counts(name)
        assert type(shipped) is type(table)
        if isinstance(table, dict):
            assert shipped.keys() == table.keys()
