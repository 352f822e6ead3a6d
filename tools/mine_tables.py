"""`python -m tools.mine_tables FOLDER [TARGET]`: the tables of counts that the fit rests on, made
from a folder of listings.

FOLDER holds *.jsonl files, a listing a line: {"title": …, "text": …, "skills": […]}. Written to
TARGET (default: the package's `data/criteria`) as NAME.json.gz. They hold counts, no texts:

document_frequency  in how many listings a lemma, or two or three in a row, stand (title and text)
template_trigrams   three raw words in a row that stand in a dozen listings or more
craft_by_word       for each tag, title word and pair of title words the mean crafts of their titles
tools               lemmas written with a capital inside sentences, that are also tags
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldmine_ingest.criteria.crafts import craft_words
from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.wordlists import word_group

_SINGLE, _SEVERAL = 5, 40  # listings at least that must have a lemma, a pair or a triple
_TEMPLATE = 12
_CRAFT_LISTINGS, _CRAFT_SHARE = 10, 0.05
_CAPITAL_SHARE, _CAPITAL_TIMES, _TOOL_TAGS = 0.8, 5, 3
_LONGEST = 3
_INSIDE = re.compile(r"(?<=[a-z,;] )([^\W_]+(?:[.'’&][^\W_]+)*[+#]*)")


@dataclass(frozen=True)
class Mined:
    title: str
    text: str
    skills: tuple[str, ...]


def listings(folder: Path) -> list[Mined]:
    """All listings of the folder's files; a text that was seen before is left out."""
    found: dict[str, Mined] = {}
    for path in sorted(folder.glob("**/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("title") and "text" in row:
                found.setdefault(
                    row["text"], Mined(row["title"], row["text"], tuple(row.get("skills") or ()))
                )
    return list(found.values())


def tables(mined: Sequence[Mined]) -> dict[str, Any]:
    """Each table by its name."""
    raw = [TOKEN.findall(lowered(f"{one.title}\n{one.text}")) for one in mined]
    lemmas = Lemmas(Counter(word for words in raw for word in set(words)))
    return {
        "document_frequency": {"listings": len(mined), "counts": _frequencies(raw, lemmas)},
        "template_trigrams": {"listings": len(mined), "counts": _templates(raw)},
        "craft_by_word": {"listings": len(mined), **_crafts(mined, lemmas)},
        "tools": _tools(mined, lemmas),
    }


def _runs(words: Sequence[str], length: int) -> Iterator[str]:
    return (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))


def _frequencies(raw: Sequence[Sequence[str]], lemmas: Lemmas) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for words in raw:
        found = [lemmas[word] for word in words]
        counts.update({run for length in range(1, _LONGEST + 1) for run in _runs(found, length)})
    return {
        run: count
        for run, count in sorted(counts.items())
        if count >= (_SEVERAL if " " in run else _SINGLE)
    }


def _templates(raw: Sequence[Sequence[str]]) -> dict[str, int]:
    counts = Counter(run for words in raw for run in set(_runs(words, _LONGEST)))
    return {run: count for run, count in sorted(counts.items()) if count >= _TEMPLATE}


def _crafts(mined: Sequence[Mined], lemmas: Lemmas) -> dict[str, Any]:
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    seen: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for one in mined:
        title = lemmas.of(one.title)
        shares = _shares(title)
        every.update(shares)
        for term in {
            *_runs(title, 1),
            *_runs(title, 2),
            *(" ".join(lemmas.of(tag)) for tag in one.skills),
        } - {""}:
            seen[term] += 1
            sums[term].update(shares)
    told = {
        term: {"n": count, "share": _rounded(sums[term], count)}
        for term, count in sorted(seen.items())
        if count >= _CRAFT_LISTINGS and term not in word_group("stop")
    }
    whole = sum(every.values()) or 1
    return {
        "all": {craft: round(part / whole, 4) for craft, part in sorted(every.items())},
        "words": {term: entry for term, entry in told.items() if entry["share"]},
    }


def _shares(title: Iterable[str]) -> dict[str, float]:
    """How a title's words divide it among the crafts."""
    found: Counter[str] = Counter()
    for word in title:
        crafts = craft_words().get(word, ())
        found.update({craft: 1 / len(crafts) for craft in crafts})
    whole = sum(found.values())
    return {craft: part / whole for craft, part in found.items()}


def _rounded(sums: Counter[str], count: int) -> dict[str, float]:
    return {
        craft: round(part / count, 3)
        for craft, part in sorted(sums.items())
        if part / count >= _CRAFT_SHARE
    }


def _tools(mined: Sequence[Mined], lemmas: Lemmas) -> list[str]:
    capital: Counter[str] = Counter()
    times: Counter[str] = Counter()
    tags = Counter(word for one in mined for tag in one.skills for word in lemmas.of(tag))
    for one in mined:
        for word in _INSIDE.findall(one.text):
            lemma = lemmas[lowered(word)]
            times[lemma] += 1
            capital[lemma] += word[0].isupper()
    return sorted(
        lemma
        for lemma, count in times.items()
        if count >= _CAPITAL_TIMES
        and capital[lemma] >= _CAPITAL_SHARE * count
        and tags[lemma] >= _TOOL_TAGS
    )


def main(folder: str, target: str = "goldmine_ingest/data/criteria") -> None:
    for name, table in tables(listings(Path(folder))).items():
        packed = gzip.compress(
            json.dumps(table, sort_keys=True, separators=(",", ":")).encode(), mtime=0
        )
        (Path(target) / f"{name}.json.gz").write_bytes(packed)
        print(f"{name}.json.gz: {len(packed):,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
