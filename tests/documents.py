"""Reads the documents: their fenced blocks, their links, the commands in them."""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from sla.__main__ import main
from sla.measures import Measure

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("docs/**/*.md"), *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG"))]
)  # fmt: skip

_FENCED = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"""\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)\"""")
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the file it stands for if it names one, its text."""

    language: str
    file: str | None
    text: str


def blocks(document: Path) -> list[Block]:
    """Return the fenced blocks of a document in their order."""
    found = _FENCED.findall(document.read_text(encoding="utf-8"))
    return [Block(language, file or None, text) for language, file, text in found]


def commands(document: Path) -> list[list[str]]:
    """Return the commands in the `sh` blocks of a document, in words, without the variables set before them.

    What stands in `console` blocks is played, so it needs no other check.
    """
    found = []
    for block in blocks(document):
        if block.language == "sh":
            for line in block.text.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                while words and re.match(r"\w+=", words[0]):
                    words.pop(0)
                if words:
                    found.append([words[0].removeprefix(".venv/bin/"), *words[1:]])
    return found


def named_commands(document: Path) -> list[list[str]]:
    """Return the commands that a document names in its text: `make check`, `python -m sla load …`."""
    inline = _INLINE.findall(_FENCED.sub("", document.read_text(encoding="utf-8")))
    return [text.split() for text in inline if re.match(r"(make|python -m [\w.]+)( |$)", text)]


def links(document: Path) -> list[str]:
    """Return what a document links to or shows, without what lies on the web."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    found = [a or b for a, b in _LINK.findall(text)]
    return [link for link in found if not re.match(r"https?:|mailto:", link)]


def anchors(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(text)
    }


def section(document: Path, heading: str) -> str | None:
    """Return the text below a heading of the second level, up to the next one; None without it."""
    found = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)",
        document.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return found[1] if found else None


def marked(document: Path, name: str, text: str | None = None) -> str:
    """Return what stands between `<!-- name -->` and `<!-- /name -->`; write `text` there first if it is given."""
    whole = document.read_text(encoding="utf-8")
    head, begin, rest = whole.partition(f"<!-- {name} -->\n")
    found, end, tail = rest.partition(f"<!-- /{name} -->\n")
    assert end, f"{document.name} needs the lines <!-- {name} --> and <!-- /{name} -->"
    if text is not None and text != found:
        document.write_text(f"{head}{begin}{text}{end}{tail}", encoding="utf-8")
    return found if text is None else text


def reference(measure: Measure) -> str:
    """Return what a measure's header says, as its section in the document begins."""
    usual = "replies" if "{sent}" in measure.sql else f"{measure.waits} waits"
    lines = [
        f"**{measure.title}.** {measure.definition}",
        "",
        f"- Formula: {measure.formula}",
        f"- Unit: {measure.unit}",
        f"- Over {usual}" + ("" if measure.groupable else "; a list, so it takes no `--by`"),
        "",
        "| column | what it says |",
        "|---|---|",
    ]
    for column, text in measure.columns.items():
        note = " (on the pages only)" if column in measure.internal else ""
        lines.append(f"| `{column}` | {text.replace('|', chr(92) + '|')}{note} |")
    return "\n".join(lines) + "\n"


def played(document: Path, folder: Path) -> list[tuple[str, str, str]]:
    """Run the console blocks of a document in an empty folder that holds the files it shows.

    Returns each command, the output that the document claims, and what was really printed.
    """
    played_so_far = []
    code = 0
    with chdir(folder):
        for block in blocks(document):
            if block.file is not None:
                Path(block.file).write_text(block.text, encoding="utf-8")
            if block.language == "console":
                for command, claimed in _steps(block.text):
                    if command == "echo $?":
                        printed = f"{code}\n"
                    else:
                        code, printed = _run(command)
                    played_so_far.append((command, claimed, printed))
    return played_so_far


def _steps(text: str) -> Iterator[tuple[str, str]]:
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, claimed = step.partition("\n")
        yield command, claimed


def _run(command: str) -> tuple[int, str]:
    """Run one `python -m sla …` in this process; give its exit code and all that it printed."""
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "sla"], f"{command}: only python -m sla … is played"
    printed = io.StringIO()
    columns, os.environ["COLUMNS"] = os.environ.get("COLUMNS"), "100"  # the width of usage lines
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            code = main(words[3:])
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        if columns is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = columns
    return code, printed.getvalue()


def with_output(document: Path, outputs: list[str]) -> str:
    """Return a document's text with what was really printed in its console blocks."""
    following = iter(outputs)

    def replaced(found: re.Match[str]) -> str:
        if found[1] != "console":
            return found[0]
        steps = "".join(f"$ {command}\n{next(following)}" for command, _ in _steps(found[3]))
        return f"```console\n{steps}```"

    return _FENCED.sub(replaced, document.read_text(encoding="utf-8"))
