"""`goldmine init`: a project to start from, commented configuration and sample feeds. Never
overwrites anything.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from goldmine_ingest.cli.new_file import write_new
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config.starters import (
    read_starter,
    sample_feeds,
    starter_names,
    with_starter,
)
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.runtime.shipped_files import shipped

_SAMPLE = """\
           reads the sample feeds and shows what would reach your phone
       then put your own proof, floors and country into config/criteria.toml,
       your own feeds and phone into config/goldmine.toml; goldmine check tells what is wrong"""
_OWN = """\
           stores what your feed holds now; what is new from then on rings
       goldmine serve does it again whenever the feed is due; goldmine feeds add takes in another"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        default=Path(),
        help="the project folder (default: here)",
    )
    parser.add_argument(
        "--trade",
        metavar="NAME",
        help=f"begin with proofs, words and sample feeds of a trade: {', '.join(starter_names())}",
    )
    parser.add_argument(
        "--interactive",
        action="store_true",
        help="ten short questions: trade, feed, a finished work, floors, phone",
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """Writes DIR/config/; what is there already stays as it is."""
    folder = session.cwd / args.folder / "config"
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(shipped("config").iterdir())
        if _belongs(path)
    }
    if args.trade:
        texts["criteria.toml"] = with_starter(texts["criteria.toml"], read_starter(args.trade))
        texts |= sample_feeds(args.trade)
    if args.interactive:
        return _interactive(texts, folder, session)
    _show(*_write(folder, texts), folder, session)
    _say_next(folder, _SAMPLE, session)
    return 0


def _interactive(texts: dict[str, str], folder: Path, session: Session) -> int:
    """The same with the person's own answers, tried at once."""
    from goldmine_ingest.cli import interview, interview_files  # only who is asked needs them

    interview_files.refuse_existing(folder)
    answers = interview.interview(texts, session)
    texts = interview_files.with_answers(texts, answers, folder)
    _show(*_write(folder, texts), folder, session)
    interview_files.try_it(answers, folder, session)
    _say_next(folder, _OWN if answers.feed else _SAMPLE, session)
    return 0


def _show(written: list[str], kept: list[str], folder: Path, session: Session) -> None:
    for name in written:
        print(f"wrote {_shown(folder / name, session.cwd)}", file=session.out)
    for name in kept:
        print(
            f"kept  {_shown(folder / name, session.cwd)}, which was there already", file=session.out
        )


def _say_next(folder: Path, then: str, session: Session) -> None:
    """The next command, from where the person is, and what it does."""
    home = folder.parent
    enter = "" if home == session.cwd else f"cd {_shown(home, session.cwd)} && "
    if not session.quiet:
        print(f"\nNext:  {enter}goldmine run\n{then}", file=session.out)


def _belongs(path: Path) -> bool:
    own = ("goldmine.toml", "criteria.toml", "goldmine.schema.json", "criteria.schema.json")
    return path.name in own or (path.name.startswith("sample-") and path.suffix == ".xml")


def _write(folder: Path, texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """The names that were written, and those that existed."""
    written: list[str] = []
    kept: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (written if write_new(folder / name, text) else kept).append(name)
    except OSError as error:
        raise GoldmineError(f"can't be written: {error.strerror}", subject=str(folder)) from error
    return written, kept


def _shown(path: Path, cwd: Path) -> str:
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)
