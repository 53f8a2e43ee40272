"""Every test of a file is run by one process, also where several run the tests."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from tests.scheduling import FIRST, SHARED, shared_by

ROOT = Path(__file__).resolve().parents[1]
HOOK = """
from tests.scheduling import ByFile

def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)
"""
TESTS = """
import os
import pytest

@pytest.mark.parametrize("number", range(8))
def test_who_runs_it(number):
    with open("who.txt", "a") as told:
        told.write(f"{__name__} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""


def test_each_file_is_run_by_one_process_and_files_that_share_something_by_the_same(tmp_path):
    (tmp_path / "conftest.py").write_text(HOOK)
    shared = sorted(SHARED)[:2]
    files = [*shared, "test_one", "test_two", "test_three"]
    for name in files:
        (tmp_path / f"{name}.py").write_text(TESTS)
    call = ["-m", "pytest", "-n", "2", "-q", "-c", "none.ini", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]  # fmt: skip
    (tmp_path / "none.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")
    ended = subprocess.run(
        [sys.executable, *call], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    ran = defaultdict(set)
    lines = (tmp_path / "who.txt").read_text().splitlines()
    assert len(lines) == 8 * len(files)
    for line in lines:
        name, worker = line.split()
        ran[shared_by(f"{name}.py::test_who_runs_it[0]")].add(worker)
    assert len(ran) == 4
    assert all(len(workers) == 1 for workers in ran.values()), ran
    assert len(set.union(*ran.values())) == 2


def test_what_is_named_is_there():
    files = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert set(SHARED) <= files
    assert set(FIRST) <= files | set(SHARED.values())
