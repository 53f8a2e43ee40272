"""What each figure means: the headers of the measures with the numbers of this data, and the page of definitions."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import streamlit as st

from sla.measures import Measure, Row, measures
from sla.settings import ROOT
from ui import meaning_words as told
from ui import reads, tables, words
from ui.view import View

_DOCUMENT: Final = ROOT / "docs" / "definitions.md"
# More rows of a list than this explain no more; the command line has all.
_ROWS_SHOWN: Final = 10


def figures(view: View) -> None:
    """Show every measure: what it means and what it is in this data, worked out when it is opened."""
    for name, measure in measures().items():
        shown = st.expander(
            f"**{words.plain(measure.title)}** — {words.plain(measure.definition)}",
            key=f"meaning_{name}",
            type="compact",
            on_change="rerun",
            expanded=name == st.query_params.get("figure"),
        )
        if shown.open:
            with shown:
                _figure(measure, view)


def _figure(measure: Measure, view: View) -> None:
    st.markdown(f"**{words.plain(measure.title)}** = {words.plain(measure.formula)}")
    st.caption(told.unit(measure))
    rows, n = view.first_rows(measure.name, _ROWS_SHOWN)
    if n == 1 and not measure.rows:
        st.markdown(told.with_your_data(view))
        st.table(
            [
                {
                    "Figure": told.column(column),
                    "Here": f"**{told.value(column, rows[0][column], view)}**",
                    "What it says": words.plain(meaning),
                }
                for column, meaning in measure.columns.items()
                if column not in measure.internal
            ],
            border="horizontal",
            hide_index=True,
            alt=f"{measure.title} in this data, each figure with what it says",
        )
    else:
        _list(measure, rows, n, view)


def _list(measure: Measure, rows: Sequence[Row], n: int, view: View) -> None:
    st.markdown(told.with_your_list(n, len(rows), view))
    if rows:
        tables.of_measure(measure.name, rows, (), measure.title)


def sections(view: View) -> None:
    """Show the page of definitions, section by section, each with this data as its example."""
    examples = {
        "Records": told.records(reads.stored(), view),
        "Clocks": told.clocks(view),
        "Measures": told.measured(view.one("hit_rate"), view.one("response_rate"), view),
        "Now": told.now(len(view.known), reads.settings().horizon_seconds),
    }
    for title, text in _sections().items():
        with st.expander(f"**{title}**", type="compact"):
            if title in examples:
                st.info(examples[title], icon=":material/pin_drop:")
            st.markdown(text)


@cache
def _sections() -> dict[str, str]:
    """Return the sections of the page of definitions by their headings; none where the page is not there."""
    if not _DOCUMENT.is_file():
        return {}
    text = _DOCUMENT.read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        found[title.strip()] = _for_the_page(body.strip())
    return found


def _for_the_page(text: str) -> str:
    """Return Markdown without links to places that are no page here, with smaller headings, its dollars as letters."""
    unlinked = re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]+\)", r"\1", text)
    return re.sub(r"^### ", "#### ", unlinked, flags=re.MULTILINE).replace("$", r"\$")
