"""Which of many files are one load: what goes together, what has a mapping, what is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from loader_cases import GOLDEN, NOW

from loaders.options import options_from
from loaders.plan import files_in, plan
from sla.parse import units_of
from sla.settings import Settings

CASES = {"columns": {"thread_key": "case", "sent_at": "time"}}


def planned(*paths: Path, **given: Any) -> list[dict[str, Any]]:
    return plan(paths, options_from({**NOW, **given}))


def test_files_of_one_export_are_one_load_and_what_is_unknown_comes_last(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / "zendesk" / "tables", tmp_path / "zendesk")
    shutil.copy(GOLDEN / "log" / "plain.csv", tmp_path / "log.csv")
    shutil.copy(GOLDEN / "unknown" / "notes.txt", tmp_path / "notes.txt")
    log, tables, left = planned(tmp_path)
    assert log == {"paths": [str(tmp_path / "log.csv")], "root": None}
    assert tables["root"] == str(tmp_path)
    assert len(tables["paths"]) == 3
    assert left == {"left": [str(tmp_path / "notes.txt")], "root": str(tmp_path)}


def test_a_file_with_a_mapping_is_a_load_of_its_own(tmp_path: Path) -> None:
    table = tmp_path / "desk" / "cases.csv"
    table.parent.mkdir()
    table.write_text("case,time\n1,2024-03-01 09:00\n")
    tickets = tmp_path / "desk" / "tickets"
    shutil.copytree(GOLDEN / "zendesk" / "tables", tickets)
    for files in ("cases.csv", "desk/cases.csv"):
        entry = {"files": files, "mapping": CASES}
        first, other = planned(tmp_path, sources=[entry])
        assert first == {"paths": [str(table)], "root": str(tmp_path)}
        assert len(other["paths"]) == 3
    # A mapping counts before what the content looks like.
    entry = {"files": "user_data.csv", "mapping": CASES}
    loads = planned(tickets, sources=[entry])
    assert [len(load["paths"]) for load in loads] == [2, 1]
    assert planned(*sorted(tickets.iterdir()), sources=[entry])[-1]["root"] is None
    # Without one, it is a file that no loader knows.
    assert planned(tmp_path)[-1] == {"left": [str(table)], "root": str(tmp_path)}


def test_hidden_files_are_left_out_but_the_folders_of_a_mailbox_are_not(tmp_path: Path) -> None:
    kept = ("cur/1.M1", ".Sent/cur/2.M2:2,S", ".Sent.2023/new/3.M3", "Box/.Old/tmp/4.M4")
    for name in (*kept, ".Sent/dovecot-uidlist", ".git/config", ".Sent/cur/.nfs1", "cur/.lock",
                 ".cache/deep/cur/5.M5", ".DS_Store", "__MACOSX/cur/6.M6"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(
            "From: a@customer.example\nTo: help@bikeshop.example\nSubject: hello\n\nhello\n"
        )
    found = [path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path)]
    assert sorted(found) == sorted(kept)
    (load,) = planned(tmp_path)
    assert len(load["paths"]) == len(kept)


def test_a_mapping_of_the_command_line_makes_each_file_a_unit(tmp_path: Path) -> None:
    for name in ("ticket_data.csv", "user_data.csv", "ticket_comment_data.csv"):
        shutil.copy(GOLDEN / "zendesk" / "tables" / name, tmp_path / name)
    (together,) = units_of([tmp_path], Settings())
    assert len(together.paths) == 3
    alone = units_of([tmp_path], Settings(), {"files": "*", "mapping": CASES})
    assert [len(unit.paths) for unit in alone] == [1, 1, 1]
    assert {unit.root for unit in alone} == {tmp_path}
