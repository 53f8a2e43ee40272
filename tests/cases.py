"""The named cases: one for each sentence of the definitions, and one for each known fault.

They are data: the oracle is held against them in `test_oracle.py`, and the real SQL can be held
against the same ones. `case_notation.py` says how they are written and read.
"""

from __future__ import annotations

from tests.case_notation import (
    Case,
    Figure,
    as_expected,
    expected_waits,
    is_closer,
    messages_of,
    rules_of,
)
from tests.cases_clocks import CLOCKS
from tests.cases_conversations import CONVERSATIONS
from tests.cases_faults import FAULTS
from tests.cases_measures import MEASURES
from tests.cases_waits import WAITS

__all__ = [
    "CASES",
    "Case",
    "Figure",
    "as_expected",
    "expected_waits",
    "is_closer",
    "messages_of",
    "rules_of",
]

CASES = [*CONVERSATIONS, *WAITS, *CLOCKS, *MEASURES, *FAULTS]
