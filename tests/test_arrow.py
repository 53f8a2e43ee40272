"""Pages only ask and draw; what a script is, the import linter cannot read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "pages").glob("*.py"))


def imported(path: Path) -> set[str]:
    """Return the top names of everything that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_imports_nothing_but_streamlit_and_ui(page: Path) -> None:
    assert imported(page) <= {"streamlit", "ui"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_reads_like_a_page(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    assert not any(
        word in page.read_text(encoding="utf-8") for word in ("SELECT ", "cursor", "duckdb")
    )


def test_there_are_pages() -> None:
    assert {page.stem for page in PAGES} >= {"now", "response_rate", "first_reply", "data"}
