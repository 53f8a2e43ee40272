"""The documents say what the code does: measures, settings, commands, links, printed output.

`UPDATE_DOCS=1 python -m pytest tests/test_docs.py` writes the printed output and the measures'
headers anew; read the difference before it is committed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from data.northlight.__main__ import main as northlight
from loaders.mapping import mapping_of
from sla.__main__ import main as sla
from sla.measures import measures
from sla.settings import DEFAULT_SETTINGS, Settings
from tests.documents import (
    DOCUMENTS,
    ROOT,
    anchors,
    blocks,
    commands,
    links,
    named_commands,
    played,
    reference,
    section,
    with_output,
)

MEASURES = ROOT / "docs" / "measures.md"
RUNNING = ROOT / "docs" / "running.md"
DEPENDENCIES = ROOT / "docs" / "dependencies.md"
PLAYED = [d for d in DOCUMENTS if any(b.language == "console" for b in blocks(d))]
UPDATE = os.environ.get("UPDATE_DOCS") == "1"

names = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)


def test_the_documents_there_should_be_are_there() -> None:
    wanted = {"measures", "definitions", "running", "banner", "loading", "dependencies", "architecture"}  # fmt: skip
    assert wanted <= {d.stem for d in DOCUMENTS}


# ---------------------------------------------------------------------------------------- measures


@pytest.mark.parametrize("name", measures())
def test_each_measure_has_a_section_that_says_what_its_header_says(name: str) -> None:
    said = reference(measures()[name])
    if UPDATE:
        _write_reference(name, said)
    found = section(MEASURES, f"`{name}`")
    assert found is not None, (
        f'docs/measures.md needs a section "## `{name}`" with a worked example'
    )
    assert found.lstrip("\n").startswith(said), (
        f"docs/measures.md, section {name}, differs from the header of sla/sql/measures/{name}.sql. "
        "UPDATE_DOCS=1 python -m pytest tests/test_docs.py writes it anew."
    )
    assert f"python -m sla measure {name} " in found, f"{name} needs a worked example"


def test_no_section_is_left_over_from_a_measure_that_is_gone() -> None:
    headed = re.findall(r"^## `(\w+)`$", MEASURES.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(headed) == set(measures())


def _write_reference(name: str, said: str) -> None:
    text = MEASURES.read_text(encoding="utf-8")
    head = re.compile(rf"(^## `{name}`\n).*?(?=^### )", re.MULTILINE | re.DOTALL)
    MEASURES.write_text(head.sub(lambda m: f"{m[1]}\n{said}\n", text), encoding="utf-8")


@pytest.mark.parametrize("document", PLAYED, ids=lambda d: d.name)
def test_commands_print_what_the_document_shows(document: Path, tmp_path: Path) -> None:
    steps = played(document, tmp_path)
    if UPDATE:
        document.write_text(with_output(document, [s[2] for s in steps]), encoding="utf-8")
        steps = [(command, printed, printed) for command, _, printed in steps]
    claims = [(command, claimed) for command, claimed, _ in steps]
    assert claims == [(command, printed) for command, _, printed in steps]


# ---------------------------------------------------------------------------------------- settings


def _keys(shape: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield each key of a settings model and of those inside it, with the model's name."""
    for name, field in shape.model_fields.items():
        yield shape.__name__, field.alias or name
        for inner in _models(field.annotation):
            yield from _keys(inner)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


@pytest.mark.parametrize(("model", "key"), sorted(set(_keys(Settings))))
def test_each_setting_is_explained(model: str, key: str) -> None:
    written = re.compile(
        rf"`{key}`|^#?\s*{key} = |^#   {key} {{2,}}|\[+{key}\.|\.{key}[.\]]", re.MULTILINE
    )
    places = (section(RUNNING, "Settings") or "", DEFAULT_SETTINGS.read_text(encoding="utf-8"))
    assert any(map(written.search, places)), (
        f'neither docs/running.md nor data/settings.toml explains the setting "{key}" of {model}'
    )


@names
def test_settings_that_are_shown_are_valid(document: Path) -> None:
    for block in blocks(document):
        if block.language == "toml" and not block.text.startswith("[auth]"):
            shown = tomllib.loads(block.text)
            if "columns" in shown:
                mapping_of(shown, f"in {document.name}")
            else:
                Settings.model_validate(shown)


# ------------------------------------------------------------------------------------ dependencies


def _required() -> list[str]:
    lines = [
        line.strip()
        for name in ("requirements.in", "requirements-dev.in", "requirements-engines.in")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    ]
    found = [re.split(r"[=~<>!\[; ]", line)[0] for line in lines if line and line[0] not in "#-"]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("package", _required())
def test_each_dependency_says_why_it_is_here(package: str) -> None:
    said = section(DEPENDENCIES, package)
    assert said is not None, f'docs/dependencies.md needs a section "## {package}"'
    assert re.search(r"\*\*For\*\* .+\*\*Weighed\*\* .+", said, re.DOTALL)


def test_no_dependency_is_explained_that_is_not_there() -> None:
    headed = re.findall(r"^## (\S+)$", DEPENDENCIES.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headed) == sorted(_required())


# ------------------------------------------------------------------------------ links and commands


@names
def test_links_lead_to_files_and_headings_that_are_there(document: Path) -> None:
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{document.name} links to {link}"
        if anchor:
            assert anchor in anchors(target), f"{document.name} links to {link}"


@names
def test_commands_can_be_run(document: Path) -> None:
    for words in commands(document):
        if words[0] == "make":
            _check_make(words[1:])
        elif words[:2] == ["python", "-m"]:
            _check_module(words[2:], parse=True)
        else:
            # Other programs are told how to set up a server; who reads the README needs none of them.
            assert document.name not in {"README.md", "CONTRIBUTING.md"}, f"what is {words}?"


@names
def test_commands_that_are_named_exist(document: Path) -> None:
    for words in named_commands(document):
        if words[0] == "make":
            _check_make(words[1:])
        else:
            _check_module(words[2:], parse=False)


def _check_make(words: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in words:
        name, is_variable, _ = word.partition("=")
        pattern = rf"^{name}\s*[?:]=" if is_variable else rf"^{name}:(?!=)"
        assert re.search(pattern, makefile, re.MULTILINE), f"the Makefile has no {word}"


def _check_module(words: list[str], *, parse: bool) -> None:
    main = {"sla": sla, "data.northlight": northlight}.get(words[0])
    if main is None:
        assert importlib.util.find_spec(words[0]), f"there is no module {words[0]}"
    elif words[1:]:
        called = words[1:] if parse else [words[1], "--help"]
        assert _exit_code(main, called) == 0, f"{' '.join(words)} is no call that can be made"


class _Parsed(BaseException):
    """The command line was read without a fault, and nothing more is to happen."""


def _exit_code(main: Callable[[list[str]], int], words: list[str]) -> str | int | None:
    """Return the code with which a command ends when it does no more than read its command line."""
    read = argparse.ArgumentParser.parse_args

    def only_read(*given: Any, **named: Any) -> None:
        read(*given, **named)
        raise _Parsed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argparse.ArgumentParser, "parse_args", only_read)
        try:
            return main(words)
        except _Parsed:
            return 0
        except SystemExit as end:
            return end.code


@names
def test_blocks_name_their_language(document: Path) -> None:
    for block in blocks(document):
        if block.language == "python":
            compile(block.text, document.name, "exec")
    known = {"sh", "console", "csv", "toml", "text", "html", "js", "json", "sql", "nginx", "ini", "mermaid", "python"}  # fmt: skip
    assert {block.language for block in blocks(document)} <= known
