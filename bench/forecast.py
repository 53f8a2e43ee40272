"""Scores every estimator and the whole forecast on files of waits, and writes docs/forecast.md.

`python -m bench.forecast WAITS.csv …`; without files those of ../shared/waits that are there.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from sla.forecast.known import HORIZON, Floats, Waits
from sla.forecast.replay import LEVELS, NAMES, PROMISE, Told, replay
from sla.forecast.scoring import last_hour_window
from sla.forecast.table import read
from sla.forecast.tournament import pinball

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "forecast.md"
BEGIN, END = "<!-- estimators: begin -->", "<!-- estimators: end -->"
# An account's first rows are what it is learned from.
LEARNED_FROM = 100
WHOLE, WINDOW = "**the forecast**", "last-hour window"


def main() -> int:
    """Measure, print and write the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.forecast", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="WAITS.csv")
    paths = parser.parse_args().paths or sorted((ROOT.parent / "shared" / "waits").glob("*.csv"))
    if not paths:
        print(
            "No file of waits: name one, with columns account, asked_at, replied_at.",
            file=sys.stderr,
        )
        return 1
    lines = [line for path in paths for line in _table(path)]
    print("\n".join(lines))
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
    return 0


def _table(path: Path) -> Iterable[str]:
    """Return the lines of one file's table: losses at both levels, the share kept, and the loss against the window."""
    parts: dict[str, dict[float, list[Floats]]] = {}
    took: list[Floats] = []
    shares: list[float] = []
    accounts = [a.waits for a in read(path).accounts if len(a.waits.asked) > LEARNED_FROM]
    for waits in accounts:
        took.append(np.minimum(waits.replied - waits.asked, HORIZON)[LEARNED_FROM:])
        told = replay(waits)
        for level in LEVELS:
            for name, figures in _figures(waits, told, level).items():
                parts.setdefault(name, {}).setdefault(level, []).append(figures[LEARNED_FROM:])
        if len(waits.asked) >= 300:
            shares.append(float((took[-1] <= parts[WHOLE][PROMISE][-1]).mean()))
    every = np.concatenate(took)
    joined = {name: {q: np.concatenate(f) for q, f in by.items()} for name, by in parts.items()}
    peer = pinball(joined[WINDOW][PROMISE], every, PROMISE).mean()
    yield f"\n### {path.stem}\n"
    yield f"{len(every):,} waits of {len(accounts)} accounts, counted up to 24 h."
    if shares:
        yield f"Kept by account (300 waits or more): {min(shares):.3f} to {max(shares):.3f}."
    yield "\n| estimator | pinball 0.5, s | pinball 0.9, s | kept | 0.9 against the window |"
    yield "|---|---:|---:|---:|---:|"
    for name, by in joined.items():
        half, nine = (pinball(by[q], every, q).mean() for q in LEVELS)
        kept = (every <= by[PROMISE]).mean()
        yield f"| {name} | {half:,.0f} | {nine:,.0f} | {kept:.3f} | {nine / peer:.2f} |"


def _figures(waits: Waits, told: Told, level: float) -> dict[str, Floats]:
    each = {f"`{name}`": told.figures(level)[:, i] for i, name in enumerate(NAMES)}
    return each | {WHOLE: told.published(level), WINDOW: last_hour_window(waits, level)}


if __name__ == "__main__":
    sys.exit(main())
