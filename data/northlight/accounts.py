"""Northlight's three accounts, and how people write and are served on each."""

from dataclasses import dataclass
from typing import Literal

Visibility = Literal["public", "private"]


@dataclass(frozen=True)
class Account:
    """One account. Times are minutes, `chance…` and `share…` are probabilities.

    A pair (median, sigma) belongs to a log-normal duration. Urgency of what waits is its age
    divided by `due_…`: the agents' idea of how long it may take, which decides who is next.
    """

    platform: str
    name: str
    channel: str
    stem: str  # of the files it is exported to
    visibility: Visibility
    key_prefix: str  # of message keys
    thread_prefix: str  # of chats; on X a thread is its first tweet
    first_customer: int  # customers are numbered from here
    desk: str  # which part of the team answers it
    arrivals_a_day: float  # new conversations on a Wednesday
    surge: float  # how many times as many during the outage
    due_first: float
    due_next: float
    handling: tuple[float, float]  # from taking a message to having sent the reply
    wrap_up: tuple[float, float]  # work after the reply, before the next one is taken
    chance_skipped: float  # a first message that an agent reads and leaves
    skipped_per_hour: float  # more of it for every hour that the message is old
    chance_next_skipped: float
    chance_chase: float  # a customer who would write again
    patience: float  # scale of the time until then
    customer_pause: tuple[float, float]  # from an agent's reply to the customer's next message
    chance_burst: float  # a thought sent as two messages
    chance_returning: float  # a new matter of somebody known
    chance_signed: float


X = Account(
    platform="x",
    name="NorthlightHelp",
    channel="X mentions",
    stem="northlight_x",
    visibility="public",
    key_prefix="",
    thread_prefix="",
    first_customer=115712,
    desk="social",
    arrivals_a_day=104,
    surge=5.6,
    due_first=32,
    due_next=22,
    handling=(5.0, 0.7),
    wrap_up=(3.0, 0.9),
    chance_skipped=0.15,
    skipped_per_hour=0.045,
    chance_next_skipped=0.12,
    chance_chase=0.3,
    patience=110,
    customer_pause=(11, 1.3),
    chance_burst=0.05,
    chance_returning=0.15,
    chance_signed=0.96,
)

FACEBOOK = Account(
    platform="facebook",
    name="Northlight",
    channel="Facebook page",
    stem="northlight_facebook",
    visibility="private",
    key_prefix="m_",
    thread_prefix="t_",
    first_customer=10412,
    desk="inbox",
    arrivals_a_day=34,
    surge=5.0,
    due_first=16,
    due_next=10,
    handling=(7.0, 0.6),
    wrap_up=(1.2, 0.8),
    chance_skipped=0.09,
    skipped_per_hour=0.004,
    chance_next_skipped=0.03,
    chance_chase=0.35,
    patience=75,
    customer_pause=(9, 1.3),
    chance_burst=0.12,
    chance_returning=0.22,
    chance_signed=0.88,
)

WHATSAPP = Account(
    platform="whatsapp",
    name="Northlight WhatsApp",
    channel="WhatsApp",
    stem="northlight_whatsapp",
    visibility="private",
    key_prefix="wamid.",
    thread_prefix="wa_",
    first_customer=20317,
    desk="inbox",
    arrivals_a_day=51,
    surge=5.2,
    due_first=5,
    due_next=4,
    handling=(3.4, 0.6),
    wrap_up=(1.2, 0.8),
    chance_skipped=0.05,
    skipped_per_hour=0.002,
    chance_next_skipped=0.015,
    chance_chase=0.45,
    patience=35,
    customer_pause=(4, 1.1),
    chance_burst=0.22,
    chance_returning=0.22,
    chance_signed=0.85,
)

ACCOUNTS = (X, FACEBOOK, WHATSAPP)
