"""Northlight: a mobile operator that does not exist, and its customer care, told by chance.

`story(seed, start)` yields messages in the order they are sent, for ever. Customers arrive, wait
in a queue, are answered by agents on shift, chase, ask again, say thanks. Chance is drawn in the
order of events, so what has been told up to an instant never depends on how far the story goes.

    python -m data.northlight make --out DIR       90 days as export files
    python -m data.northlight feed --story … --inbox …   what happens from now on
"""

from data.northlight.message import Message
from data.northlight.story import story

__all__ = ["Message", "story"]
