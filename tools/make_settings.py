"""Makes what is told of the settings from their declarations: `python -m tools.make_settings`.

- `config/*.schema.json`: the JSON Schemas that editors check the two files with;
- `docs/settings.md`: the reference;
- in `config/*.toml`, which `goldmine init` copies: the remark behind the first line of each key,
  and the values under "(these are the defaults)". A line that holds a key alone gets its value too.

What else stands in `config/*.toml` is written by hand. A test holds all of it against the
declarations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from goldmine_ingest.settings import criteria, project
from goldmine_ingest.settings.declaration import Section, Setting, declared
from goldmine_ingest.settings.kinds import Kind

ROOT = Path(__file__).parents[1]
FILES: Mapping[str, Sequence[Section]] = {
    "goldmine": project.SECTIONS,
    "criteria": criteria.SECTIONS,
}
# Tables without which a file can't be used.
_NEEDED = {"goldmine": ["feed"], "criteria": []}
_TITLES = {
    "goldmine": "What Goldmine Ingest watches, and whom it tells",
    "criteria": "Pursuit criteria of Goldmine Ingest",
}
_HEAD = """\
# Settings

Made from `goldmine_ingest/settings/` by `python -m tools.make_settings`; a test fails if it isn't up to date.

Every key of the two files in `config/`. `goldmine init` writes both with remarks and examples, `goldmine check` says everything that is
wrong with them. Durations are digits and one of `s m h d w` (`"90m"`). A value that may be a secret can be `"env:NAME"` (a variable where
goldmine runs) or `"secret:PATH"` (a file of its own, chmod 600).

**In your editor.** The first line that `goldmine init` writes (`#:schema ./goldmine.schema.json`) names the file's JSON Schema, which lies
beside it: editors with a TOML language server (Even Better TOML for VS Code, Tombi, Taplo) complete keys, show what each means and
underline what can't be. After an upgrade, delete the two `*.schema.json` and run `goldmine init` again: it writes what is missing and leaves
the rest alone.
"""
_HEADER = re.compile(
    r"(?:# )?\[\[?([a-z_.]+?)(?:\.[A-Z]\w*|\.[a-z-]+)?\]\]?(?:\s|$)|# in \[(\w+)\] above:"
)
_LINE = re.compile(r"(# )?([a-z_]+)(?: = (.*?))?(?:\s+# .*)?")
_DEFAULTS = "(these are the defaults)"
_REMARK_AT = 37


def written(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {written(item)}' for key, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return str(value)


def schema(name: str) -> str:
    """The JSON Schema of a file, as text. Draft 7: what Taplo knows."""
    found = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"{name}.toml",
        "description": _TITLES[name],
        "type": "object",
        "additionalProperties": False,
        "required": _NEEDED[name],
        "properties": {section.name: _table(section) for section in FILES[name]},
    }
    return json.dumps(found, indent=2, ensure_ascii=False, default=_number) + "\n"


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _table(section: Section) -> dict[str, Any]:
    described = {"description": section.doc}
    if isinstance(section.keys, Kind):
        return {**section.keys.schema, **described}
    keys = declared(section.keys)
    one = {
        "type": "object",
        "additionalProperties": False,
        "required": [key for key, setting in keys.items() if setting.needed],
        "properties": {key: _key(setting) for key, setting in keys.items()},
    }
    if section.form == "rows":
        return {"type": "array", "items": one, **described}
    if section.form == "named":
        return {"type": "object", "additionalProperties": one, **described}
    return {**one, **described}


def _key(setting: Setting) -> dict[str, Any]:
    default = {} if setting.written is None else {"default": setting.written}
    example = {} if setting.example is None else {"examples": [setting.example]}
    return {**setting.kind.schema, "description": setting.doc, **default, **example}


def page() -> str:
    """docs/settings.md."""
    return "\n".join([_HEAD, *_part("goldmine"), *_part("criteria")])


def _part(name: str) -> Iterator[str]:
    yield f"## {name}.toml\n"
    for section in FILES[name]:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    header = {"once": "[{}]", "rows": "[[{}]]", "named": "[{}.NAME]"}[section.form]
    yield f"### {header.format(section.name)}\n\n{section.doc}\n"
    if isinstance(section.keys, Kind):
        yield f"It is {section.keys.expected}.\n"
        return
    yield "| key | default | takes | meaning |\n|---|---|---|---|"
    for key, setting in declared(section.keys).items():
        yield f"| `{key}` | {_default(setting)} | {_cell(setting.kind.expected)} | {_cell(setting.doc)} |"
    yield ""


def _default(setting: Setting) -> str:
    if setting.needed:
        return f"needed, e.g. `{written(setting.example)}`"
    if setting.written is None:
        return f"none, e.g. `{written(setting.example)}`"
    return f"`{written(setting.written)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def remarked(name: str, text: str) -> str:
    """A template with the remarks and defaults that the declarations say."""
    sections = {section.name: section for section in FILES[name]}
    section, below, seen = "", False, set()
    lines = []
    for line in text.splitlines():
        below = below or _DEFAULTS in line
        if header := _HEADER.match(line):
            section = header[1] or header[2]
        found = _LINE.fullmatch(line)
        setting = _declared(sections.get(section), found[2]) if found else None
        if found and setting and (section, found[2]) not in seen:
            seen.add((section, found[2]))
            line = _remarked(found, setting, fill=below or found[3] is None)
        lines.append(line)
    return "\n".join(lines) + "\n"


def _declared(section: Section | None, key: str) -> Setting | None:
    if section is None or isinstance(section.keys, Kind):
        return None
    return declared(section.keys).get(key)


def _remarked(found: re.Match[str], setting: Setting, *, fill: bool) -> str:
    default = setting.example if setting.written is None else setting.written
    value = written(default) if fill else found[3]
    line = f"{found[1] or ''}{found[2]} = {value}"
    return f"{line:<{_REMARK_AT - 1}} # {setting.doc}"


def made() -> Mapping[Path, str]:
    """Each file that is made here, with its text."""
    found = {ROOT / "docs" / "settings.md": page()}
    for name in FILES:
        template = ROOT / "config" / f"{name}.toml"
        found[template] = remarked(name, template.read_text(encoding="utf-8"))
        found[template.with_suffix(".schema.json")] = schema(name)
    return found


def main() -> None:
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
