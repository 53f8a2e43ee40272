"""Makes a large database once and keeps it: seeded messages, through the load and the model that everything else takes.

`python -m bench.grown --messages 3000000` prints where it lies: below the folder for temporary files, beside its settings.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from sla import settings as settings_module
from sla.load import FileResult, take_in
from sla.settings import Settings
from sla.store import SCHEMA_VERSION, Store

FOLDER = Path(tempfile.gettempdir()) / "replyclock-bench"
SEED = 7
# Fixed, so that the same messages are made on every day; what is old is not stale here, so that nothing is left out.
ENDS = "2026-10-31"
# One export holds so many messages.
PER_CONVERSATION, AT_ONCE = 3.4, 200_000
HOURS = """
[accounts."{name}"]
time_zone = "{zone}"

[accounts."{name}".hours]
every = ["08:00-20:00"]
"""
SETTINGS = "sample = false\nstale_after_minutes = 100000000\n" + "".join(
    HOURS.format(name=name, zone=zone)
    for name, zone in (
        ("AcmeCare", "Europe/London"),
        ("Acme desk", "Europe/London"),
        ("BoltHelp", "America/New_York"),
        ("Bolt desk", "America/New_York"),
    )
)
TEAMS = "".join(
    f'\n[[agents."{chr(65 + n // 12)}{chr(65 + n % 12)}"]]\nteam = "{team}"\n'
    for n in range(48)
    for team in (("Day", "Late", "Social")[n % 3],)
)
_SQL = Path(__file__).with_name("grown.sql").read_text(encoding="utf-8")


def made(messages: int) -> Path:
    """Return a database with about so many messages, made now or kept from before; `settings_of` are beside it."""
    told = f"{_SQL}{SETTINGS}{TEAMS}{SEED}{ENDS}{SCHEMA_VERSION}{duckdb.__version__}"
    digest = hashlib.sha256(told.encode()).hexdigest()[:8]
    return kept(f"grown-{messages}-{digest}", lambda folder: make(folder, messages))


def kept(name: str, make_in: Callable[[Path], object]) -> Path:
    """Return the database in the folder of this name, made there now if there is none."""
    db = FOLDER / name / "replyclock.duckdb"
    if not db.exists():
        shutil.rmtree(db.parent, ignore_errors=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix="making-", dir=FOLDER))
        try:
            make_in(making)
            making.rename(db.parent)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return db


def settings_of(db: Path) -> Settings:
    """Return the settings that lie beside a database made here."""
    return settings_module.read(db.with_name("settings.toml"))


def copy(db: Path, folder: Path) -> Path:
    """Copy a database and its settings into a folder, without a second copy on the disk where the file system can do that."""
    for source in (db, db.with_name("settings.toml")):
        subprocess.run(["cp", "--reflink=auto", str(source), str(folder)], check=True)  # noqa: S607
    return folder / db.name


def make(folder: Path, messages: int, at_once: int = AT_ONCE) -> Path:
    """Load one export after the other, as they come: each has what was written since the one before. Return the database."""
    (folder / "settings.toml").write_text(SETTINGS + TEAMS, encoding="utf-8")
    db = folder / "replyclock.duckdb"
    every, part = folder / "every.parquet", folder / "messages.parquet"
    write_messages(every, 0, round(messages / PER_CONVERSATION))
    with Store.open(db, settings_of(db)) as store:
        for number in range(exports(every, at_once)):
            cut(every, number, at_once, part)
            load(store, folder, f"export {number}")
    every.unlink()
    part.unlink()
    return db


def load(store: Store, folder: Path, name: str) -> None:
    """Take in the staging Parquet that lies in a folder, as one load of this name."""
    take_in(store, folder, FileResult(name, format="grown"), sha256="", sample=False)


def exports(every: Path, at_once: int) -> int:
    """Return into how many exports messages are cut, of so many at once."""
    with duckdb.connect() as connection:
        (count,) = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(every)]).fetchone() or (0,)  # fmt: skip
    return -(-int(count) // at_once)


def cut(every: Path, number: int, at_once: int, part: Path) -> None:
    """Write the messages of one export into a file of their own."""
    with duckdb.connect() as connection:
        connection.execute(
            """COPY (SELECT * EXCLUDE file_row_number FROM read_parquet($every, file_row_number = true)
                WHERE file_row_number // $at_once = $number) TO $part (FORMAT parquet)""",
            {"every": str(every), "part": str(part), "at_once": at_once, "number": number},
        )


def write_messages(path: Path, first: int, until: int) -> None:
    """Write the conversations from `first` to before `until` as staging Parquet; the same ones at every call."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET VARIABLE seed = {SEED}")
        for statement in connection.extract_statements(_SQL):
            values = {"first": first, "until": until, "ends": ENDS, "path": str(path)}
            used = {k: v for k, v in values.items() if k in statement.named_parameters}
            connection.execute(statement, used)


def main() -> int:
    """Make the database, and say where it lies and what is in it."""
    parser = argparse.ArgumentParser(prog="python -m bench.grown", description=__doc__)
    parser.add_argument("--messages", type=int, default=3_000_000, help="default: 3,000,000")
    began = time.monotonic()
    db = made(parser.parse_args().messages)
    print(f"{db} ({time.monotonic() - began:.0f} s)")
    with Store.open(db, settings_of(db)) as store:
        for table in ("messages", "conversations", "waits"):
            (count,) = store.cursor().execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)  # noqa: S608
            print(f"{count:>12,} {table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
