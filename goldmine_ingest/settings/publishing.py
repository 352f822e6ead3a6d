"""[publish]: matches for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.declaration import setting


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """[publish]. `feed` is None where no feed is written."""

    feed: Path | None = setting(
        kinds.or_word("", kinds.file),
        "",
        "a file for your feed reader, with what qualified: Atom, or JSON Feed if it ends in .json",
        example="data/matches.xml",
    )
