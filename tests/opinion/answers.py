"""Answers of a model, right and wrong, as OpenAI-compatible endpoints give them."""

from __future__ import annotations

import json
from typing import Any

GOOD: dict[str, Any] = {
    "ask": "reconcile CSV exports from two banks with the ledger in SQL",
    "proof": "p1",
    "fit": 92,
    "specific": True,
    "engagement": "project",
    "doubt": "none",
    "doubt_quote": "",
    "first_step": "I'd reconcile one closed month of both banks and list each exception.",
}


def text(**changes: Any) -> str:
    """The good answer with these fields changed, as a model writes it."""
    return json.dumps(GOOD | changes)
