"""What is wrong with the configuration, collected, so that a person hears all of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from goldmine_ingest.errors import ConfigError

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project

Warnings = tuple[tuple[str, str], ...]


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
    None where nothing could.
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
    ) -> None:
        super().__init__(message, subject=subject, hint=hint)
        self.problems = problems
        self.warnings = warnings
        self.project = project

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.message, self.subject, self.hint, self.problems, self.warnings)


def _rebuild(
    message: str,
    subject: str | None,
    hint: str | None,
    problems: tuple[Problem, ...],
    warnings: Warnings,
) -> ConfigProblems:
    return ConfigProblems(message, subject=subject, hint=hint, problems=problems, warnings=warnings)


def refuse(
    problems: list[Problem], files: str, warnings: Warnings = (), project: Project | None = None
) -> ConfigProblems:
    """One error for all problems of the named file or files."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = "\n".join(f"  {problem}" for problem in problems)
    return ConfigProblems(
        f"{count} in {files}:\n{lines}",
        problems=tuple(problems),
        warnings=warnings,
        project=project,
    )
