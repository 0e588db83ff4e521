"""The form of the code: what may stand where, held by reading the files."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for folder in ("lib", "pages") for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_has_a_docstring_and_is_no_longer_than_it_should_be(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)) or "migrations" in path.parts, "no docstring"
    assert len(text.splitlines()) <= 450, "too long: make two"


def test_only_the_journal_mints_a_permit() -> None:
    makers = [path for path in SOURCES if re.search(r"\bSendPermit\(", path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in makers] == ["lib/journal/permit.py"]


def test_nothing_in_the_script_folders_hides_a_standard_module() -> None:
    """Streamlit puts the script's folder first on sys.path."""
    assert sorted(p.name for p in (ROOT / "lib/screen").glob("*.py")) == ["__init__.py", "shell.py"]
    assert not {p.stem for p in (ROOT / "pages").glob("*.py")} & set(sys.stdlib_module_names)


def test_every_page_asks_who_is_there_before_anything_else() -> None:
    for page in (ROOT / "pages").glob("*.py"):
        body = ast.parse(page.read_text(encoding="utf-8")).body
        first = next(node for node in body if not isinstance(node, (ast.Import, ast.ImportFrom, ast.Expr)))
        assert "visit.required()" in ast.unparse(first), page.name


def test_money_is_never_called_from_the_screen() -> None:
    """Pages and their parts know the journal only through the operations."""
    for path in SOURCES:
        if (
            path.relative_to(ROOT).parts[:2] in {("lib", "ui"), ("lib", "screen"), ("lib", "web")}
            or "pages" in path.parts
        ):
            assert "iamport.send(" not in path.read_text(encoding="utf-8"), path


def test_no_html_or_markdown_is_made_of_what_came_from_outside() -> None:
    """`unsafe_allow_html` and JavaScript are never switched on."""
    for path in SOURCES:
        assert "unsafe_allow" not in path.read_text(encoding="utf-8"), path
