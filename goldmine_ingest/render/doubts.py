"""What a language model doubts of a listing, in words."""

from __future__ import annotations

from goldmine_ingest.model.opinion import Answer

_DOUBTS = {
    "other_craft": "another craft",
    "vague": "too little is said",
    "production": "work by the piece",
    "licence_or_place": "it needs a licence or a place",
    "pay": "the pay",
}


def doubt_of(answer: Answer) -> str:
    """The model's strongest reason against; "" for none."""
    if answer.doubt == "none" and answer.engagement == "employment":
        return "employment"
    return _DOUBTS.get(answer.doubt, "")
