"""`goldmine tune --terms`: how many of one's own listings use each term, to stand in place of the
table that ships with the program.

In force only once the user accepts it: it is written beside the configuration under another name.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from goldmine_ingest.analysis.backtest import history_of
from goldmine_ingest.analysis.measuring import FEW, batches, features_of, spread
from goldmine_ingest.analysis.proof_similarity import Stored, read_stored, rows_since
from goldmine_ingest.criteria.features import FeatureReader, read
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.text.lemmas import Lemmas, listing_counts
from goldmine_ingest.text.terms import TermIndex

PROPOSED = "terms.proposed.json"
_ALL = "*"  # how many listings were counted


def vocabulary(criteria: CriteriaSettings) -> tuple[str, ...]:
    """The terms worth counting, as lemmas: those of the table that ships, and the words and
    phrases of the user's proofs.
    """
    terms, lemmas = set(listing_counts()), Lemmas()
    for proof in criteria.proofs:
        phrases = (*proof.phrases, *proof.skills)
        terms |= {" ".join(lemmas.of(phrase)) for phrase in phrases}
        texts = (
            proof.name,
            proof.result or "",
            proof.offer or "",
            proof.first_step or "",
            *phrases,
        )
        terms |= {word for text in texts for word in lemmas.of(text)}
    return tuple(sorted(terms - {""}))


def count_terms(
    project: Project,
    *,
    since: datetime | None,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """Term -> how many of the listings first seen since then use it; "*" -> how many there are.
    Raises BusyError, StoreError.
    """
    history = history_of(project, since, now, progress)
    rows = rows_since(history)
    work = (read_stored(history, some) for some in batches(rows))
    total: Counter[str] = Counter()
    for counts in spread(_Counting(vocabulary(project.criteria)), work, parallel=len(rows) > FEW):
        total.update(counts)
        progress(f"{total[_ALL]:,} of {len(rows):,} listings counted")
    return dict(sorted(total.items()))


def write_proposed(counts: dict[str, int], folder: Path) -> Path:
    """The file to accept: renamed to terms.json it is in force. Replaced whole."""
    target = folder / PROPOSED
    made = target.with_name(f".{target.name}.part")
    try:
        made.write_text(json.dumps(counts, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        made.replace(target)
    except OSError as error:
        raise GoldmineError(f"can't be written: {error.strerror}", subject=str(target)) from error
    return target


@dataclass(frozen=True, slots=True)
class _Counting:
    """The work of a child: in how many stored texts each term occurs."""

    terms: tuple[str, ...]

    def begin(self) -> Callable[[int, list[Stored]], Counter[str]]:
        index = TermIndex((term, term.split(" ")) for term in self.terms)
        extract = FeatureReader().extract

        def do(_number: int, batch: list[Stored]) -> Counter[str]:
            counts: Counter[str] = Counter(dict.fromkeys(self.terms, 0))
            for _, text_hash, payload, (title, description, skills) in batch:
                posting = Posting("", title, description=description, skills=tuple(skills))
                text = read(features_of(posting, text_hash, payload, extract), posting).listing
                counts.update({hit.key for hit in index.find(text.stream)})
            counts[_ALL] = len(batch)
            return counts

        return do
