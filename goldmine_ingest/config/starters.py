"""Starters: what a person of a trade would begin with (`goldmine init --trade NAME`). Each is a
file of `goldmine_ingest/data/starters/`: proofs to overwrite, words that turn a listing away, words
of work by the piece and of problems to solve. Beside them each trade has two sample feeds of its
own (`goldmine_ingest/data/sample_feeds/`), so that the first run shows that trade's matches.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from typing import Any

import tomlkit

from goldmine_ingest.errors import UsageError

_FOLDER = files("goldmine_ingest").joinpath("data/starters")
_SAMPLES = files("goldmine_ingest").joinpath("data/sample_feeds")
_PROOFS = re.compile(r"^\[\[proof\]\]\n.*?(?=^\[proof_match\])", re.DOTALL | re.MULTILINE)
_EXAMPLE = re.compile(
    r"This example is a freelancer in Germany who automates finance and data work\."
)
_REMARKS = {
    "name": "unique; what reports call it. Overwrite these with finished work of yours",
    "skills": "tools and crafts that it shows",
    "phrases": "words that clients with such a problem use",
    "first_step": "the step that you would propose",
    "exposure": 'your own judgment of this work: "automatable", "ai-assisted" or "human-critical"',
}


@dataclass(frozen=True, slots=True)
class Starter:
    """A trade's: its name, what it is called in a sentence, and what goes into criteria.toml as it
    is written there. `proofs` are the tables' keys and values.
    """

    name: str
    title: str
    exclude: Sequence[str]
    production: Sequence[str]
    beyond: Sequence[str]
    proofs: Sequence[Mapping[str, Any]]


def starter_names() -> tuple[str, ...]:
    """The trades that have one."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _FOLDER.iterdir()))


def read_starter(name: str) -> Starter:
    """The starter of a trade. Raises UsageError for one that isn't there, naming those that are."""
    names = starter_names()
    if name not in names:
        begun = [each for each in names if each.startswith(name.casefold())]
        close = begun or get_close_matches(name.casefold(), names, n=1, cutoff=0.5)
        did_you_mean = f"did you mean {close[0]}? " if close else ""
        raise UsageError(
            f"there is no starter {name!r}", hint=f"{did_you_mean}There are: {', '.join(names)}"
        )
    content = tomllib.loads(_FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return Starter(
        name,
        content["title"],
        content["exclude"],
        content["production"],
        content["beyond"],
        content["proof"],
    )


def sample_feeds(name: str) -> dict[str, str]:
    """The sample feeds of a trade that has a starter, by the file's name in `config/`."""
    folder = _SAMPLES.joinpath(name)
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def with_starter(text: str, starter: Starter) -> str:
    """The commented criteria.toml that `init` writes, with a trade's proofs and words in place of
    the example's.
    """
    text = with_proofs(text, starter.proofs)
    text = _EXAMPLE.sub(f"This is a start for: {starter.title.lower()}.", text, count=1)
    for key, words in (
        ("exclude", starter.exclude),
        ("production", starter.production),
        ("beyond", starter.beyond),
    ):
        text = _with_list(text, key, words)
    return text


def with_proofs(text: str, proofs: Sequence[Mapping[str, Any]]) -> str:
    """The same with other proofs, given as tables' keys and values."""
    return _PROOFS.sub(lambda _: _proofs(proofs), text, count=1)


def _with_list(text: str, key: str, words: Sequence[str]) -> str:
    return re.sub(rf"(?m)^({key} = )\[.*?\](?= *#)", lambda m: m[1] + _listed(words), text, count=1)


def _proofs(proofs: Sequence[Mapping[str, Any]]) -> str:
    return "".join(_proof(proof, remarks=not number) for number, proof in enumerate(proofs))


def _proof(proof: Mapping[str, Any], *, remarks: bool) -> str:
    lines = ["[[proof]]"]
    for key, value in proof.items():
        written = _listed(value) if isinstance(value, list) else _quoted(value)
        remark = f" # {_REMARKS[key]}" if remarks and key in _REMARKS else ""
        lines.append(f"{f'{key} = {written}':<36}{remark}".rstrip())
    return "\n".join([*lines, "", ""])


def _listed(words: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _quoted(text: str) -> str:
    return tomlkit.string(text).as_string()
