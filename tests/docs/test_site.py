"""The docs as a site: MkDocs finds nothing to warn of, and every page of docs/ has its place."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools.docs_site import OUTSIDE, relinked

ROOT = Path(__file__).parents[2]


def test_it_builds_without_a_warning(tmp_path: Path) -> None:
    built = subprocess.run(  # noqa: S603 - the site's maker, on our own pages
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--quiet",
            "--site-dir",
            str(tmp_path / "site"),
        ],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "NO_MKDOCS_2_WARNING": "1"}
        | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.returncode, built.stderr.strip()) == (0, "")


def test_every_page_has_its_place_in_the_navigation() -> None:
    named = set(re.findall(r"[\w-]+\.md$", (ROOT / "mkdocs.yml").read_text(), re.M))
    assert named == {path.name for path in (ROOT / "docs").glob("*.md")} | set(OUTSIDE.values())


def test_links_lead_to_pages_and_files_are_only_named() -> None:
    text = "[a](docs/page.md#keys) [b](CHANGELOG.md) [c](config/criteria.toml) [d](https://x.y/z)"
    shown = "[a](page.md#keys) [b](changelog.md) c [d](https://x.y/z)"
    assert relinked(text, Path()) == shown
    assert relinked("[up](../README.md) [img](images/x.png)", Path("docs")) == (
        "[up](index.md) [img](images/x.png)"
    )
