"""What --verbose shows of a bug: the traceback, without the secrets that a library may have put
into an exception's text.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.cli.output import printable
from goldmine_ingest.config.contradictions import references
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.runtime.redaction import Redactor, looks_secret


def show(error: BaseException, arguments: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
    """To standard error. The secrets are looked up anew: whoever failed may not have got to
    learning them.
    """
    text = "".join(traceback.format_exception(error))
    print(
        printable(_knowing(arguments, env, cwd).clean(text), keep_lines=True),
        file=sys.stderr,
        end="",
    )


def _knowing(arguments: Sequence[str], env: Mapping[str, str], cwd: Path) -> Redactor:
    """Knows what the configuration names, and every variable that holds an address with a
    credential in it.
    """
    redactor = Redactor()
    for value in env.values():
        if "://" in value and looks_secret(value):
            redactor.learn_url(value)
    try:
        project = config.load(_config(arguments), env=env, cwd=cwd)
    except (GoldmineError, OSError):
        return redactor
    for _, reference in references(project):
        try:
            value = config.reveal(reference, project.home, env)
        except GoldmineError:
            continue
        if "://" in value:
            redactor.learn_url(value)
        if reference.scheme != "literal":
            redactor.learn(value)
    return redactor


def _config(arguments: Sequence[str]) -> Path | None:
    """The file that --config names, in either spelling."""
    for number, argument in enumerate(arguments):
        if argument.startswith("--config="):
            return Path(argument.removeprefix("--config="))
        if argument == "--config" and number + 1 < len(arguments):
            return Path(arguments[number + 1])
    return None
