"""Questions and answers as files, for a model (or a person) elsewhere: KEY.request.json is the
exact request, KEY.answer.json what came back. A folder names no listing: an answer finds its own by
the key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.opinion.answer import read_answer
from goldmine_ingest.opinion.question import PROMPT_VERSION, Question, Questions
from goldmine_ingest.pipeline.opinions.endpoint import content_of, with_answer

_REQUEST, _ANSWER = ".request.json", ".answer.json"
_NAME = re.compile(r"[0-9a-f]{64}")
_LARGEST = 256 * 1024


def export(folder: Path, asked: Sequence[tuple[str, Question]], questions: Questions) -> int:
    """Writes a request for each question into a folder, which is made; how many. Raises UsageError
    for a folder that can't be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _, question in asked:
            body = json.dumps(
                questions.request(question, "json_schema"), indent=1, ensure_ascii=False
            )
            (folder / f"{question.key}{_REQUEST}").write_text(body, "utf-8", "replace")
    except OSError as error:
        raise UsageError(f"can't be written: {error.strerror}", subject=str(folder)) from error
    return len(asked)


@dataclass(slots=True)
class Imported:
    """`opinions` are to be stored; `refused` are files and why each isn't taken; `unknown` are
    answers to questions that the history doesn't ask.
    """

    opinions: list[Opinion] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unknown: int = 0


def answers(folder: Path) -> dict[str, Path]:
    """key -> file of each answer in a folder. Raises UsageError without any."""
    files = sorted(folder.glob(f"*{_ANSWER}")) if folder.is_dir() else []
    by_key = {path.name.removesuffix(_ANSWER): path for path in files if path.is_file()}
    found = {name: path for name, path in by_key.items() if _NAME.fullmatch(name)}
    if not found:
        raise UsageError(
            f"there is no KEY{_ANSWER} in it",
            subject=str(folder),
            hint=f"goldmine opinion export writes KEY{_REQUEST}; an answer has the same KEY",
        )
    return found


def read_answers(
    files: Mapping[str, Path],
    asked: Mapping[str, tuple[Question, Sequence[str]]],
    questions: Questions,
    now: datetime,
) -> Imported:
    """Checks each answer as strictly as one from the network. `asked` maps a key to its question
    and the listings that it is about.
    """
    imported = Imported()
    for key, path in files.items():
        if key not in asked:
            imported.unknown += 1
            continue
        question, ids = asked[key]
        made = list(_opinions(path, question, ids, questions, now))
        if any(opinion.answer is None for opinion in made):
            imported.refused.append((path.name, made[0].why))
        else:
            imported.opinions += made
    return imported


def _opinions(
    path: Path, question: Question, ids: Sequence[str], questions: Questions, now: datetime
) -> Iterator[Opinion]:
    content, why = _content(path)
    for listing_id in ids:
        opinion = Opinion(
            listing_id,
            question.key,
            questions.model,
            now,
            0,
            "failed",
            0,
            why,
            prompt_version=PROMPT_VERSION,
            purpose="import",
        )
        if content is not None:
            opinion = with_answer(opinion, read_answer(content, question, questions.names))
        yield opinion


def _content(path: Path) -> tuple[str | None, str]:
    """What a model wrote: the file itself, or the message of a chat completion; why there is
    none.
    """
    try:
        if path.stat().st_size > _LARGEST:
            return None, f"it is larger than {_LARGEST // 1024} KiB"
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None, "it can't be read as UTF-8 text"
    return content_of(text) or text, ""
