"""What MkDocs asks while it builds the site (mkdocs.yml, `hooks`): the pages that lie outside of
docs/ come in, and links between the two are turned round.

`.venv/bin/mkdocs build --strict` writes `site/`; https://www.mkdocs.org/user-guide/configuration/#hooks
says what a hook is.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
# A file of the checkout: its address on the site.
OUTSIDE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "deploy/README.md": "deploy.md",
}
# What isn't a page is named, not linked.
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]+)(#[^)]*)?\)")
_COMMENT = re.compile(r"^<!-- (?:file|change|in the project|add to|output of).*?-->\n", re.M)


def on_files(files: Files, config: Any, **_: object) -> Files:
    """The pages of OUTSIDE are pages too."""
    for source, address in OUTSIDE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, address, content=relinked(text, Path(source).parent)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """The links of a page of docs/."""
    if page.file.src_uri in OUTSIDE.values():
        return _COMMENT.sub("", markdown)
    return _COMMENT.sub("", relinked(markdown, Path("docs")))


def relinked(text: str, folder: Path) -> str:
    """A file's text with links as they are on the site, where every page lies at the top."""

    def turned(link: re.Match[str]) -> str:
        label, target, anchor = link[1], link[2], link[3] or ""
        if "://" in target or target.startswith("mailto:"):
            return link[0]
        source = (ROOT / folder / target).resolve().relative_to(ROOT).as_posix()
        if source in OUTSIDE:
            return f"[{label}]({OUTSIDE[source]}{anchor})"
        if source.startswith("docs/"):
            return f"[{label}]({source.removeprefix('docs/')}{anchor})"
        return label

    return _LINK.sub(turned, text)
