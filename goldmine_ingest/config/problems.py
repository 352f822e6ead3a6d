"""What is wrong with the configuration, collected, so that a person hears all of it at once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from goldmine_ingest.errors import ConfigError

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project

Warnings = tuple[tuple[str, str], ...]
Names = Mapping[str, str]
"""The names of rows by their places: 'feed[2]' -> 'upwork-python'."""

_ROW = re.compile(r"(feed|notify|proof|task)\[\d+\]")
_LONGEST_NAME = 60


class Problem(NamedTuple):
    """One problem: where (the setting's dotted path, or a file), what is wrong there, what was
    expected instead.
    """

    where: str
    message: str
    expected: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" + (
            f"; expected {self.expected}" if self.expected else ""
        )


class ConfigProblems(ConfigError):  # noqa: N818 - named for what it holds
    """The configuration can't be used. `problems` lists everything that is wrong with it,
    `warnings` (where, message) what is odd.

    `project` is what could be read, for `goldmine check`, which goes on to look at the machine;
    None where nothing could. `names` are those of the rows in the files.
    """

    def __init__(
        self,
        message: str,
        *,
        subject: str | None = None,
        hint: str | None = None,
        problems: tuple[Problem, ...] = (),
        warnings: Warnings = (),
        project: Project | None = None,
        names: Names | None = None,
    ) -> None:
        super().__init__(message, subject=subject, hint=hint)
        self.problems = problems
        self.warnings = warnings
        self.project = project
        self.names = names or {}

    def __reduce__(self) -> tuple[object, ...]:
        arguments = (self.message, self.subject, self.hint, self.problems, self.warnings)
        return _rebuild, (*arguments, dict(self.names))


def _rebuild(
    message: str,
    subject: str | None,
    hint: str | None,
    problems: tuple[Problem, ...],
    warnings: Warnings,
    names: Names,
) -> ConfigProblems:
    return ConfigProblems(
        message, subject=subject, hint=hint, problems=problems, warnings=warnings, names=names
    )


def names_in(*files: Mapping[str, Any]) -> Names:
    """The names of the rows of these files that no other row of the kind bears, as far as they can
    be shown.
    """
    rows = {
        table: [row.get("name") if isinstance(row, dict) else None for row in entries]
        for file in files
        for table in ("feed", "notify", "proof")
        if isinstance(entries := file.get(table), list)
    }
    return _unique(rows)


def names_of(project: Project) -> Names:
    """The same of a project that was read."""
    return _unique(
        {
            "feed": [feed.name for feed in project.feeds],
            "notify": [destination.name for destination in project.destinations],
            "proof": [proof.name for proof in project.criteria.proofs],
        }
    )


def _unique(rows: Mapping[str, Sequence[object]]) -> Names:
    unique = {}
    for table, names in rows.items():
        times = Counter(name for name in names if isinstance(name, str))
        for index, name in enumerate(names):
            if isinstance(name, str) and times[name] == 1 and _can_be_shown(name):
                unique[f"{table}[{index}]"] = name
    return unique


def _can_be_shown(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable()


def called(where: str, names: Names) -> str:
    """A place as a person finds it in the file: 'feed "upwork-python".url' for 'feed[2].url'."""
    row = _ROW.match(where)
    if row is None or row[0] not in names:
        return where
    return f"{row[1]} {json.dumps(names[row[0]], ensure_ascii=False)}{where[row.end() :]}"


def refuse(
    problems: list[Problem],
    files: str,
    warnings: Warnings = (),
    project: Project | None = None,
    names: Names | None = None,
) -> ConfigProblems:
    """One error for all problems of the named file or files."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    shown = (
        Problem(called(where, names or {}), message, expected)
        for where, message, expected in problems
    )
    lines = "\n".join(f"  {problem}" for problem in shown)
    return ConfigProblems(
        f"{count} in {files}:\n{lines}",
        problems=tuple(problems),
        warnings=warnings,
        project=project,
        names=names,
    )
