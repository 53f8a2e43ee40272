"""The live feed: who may send, what is taken, and that nothing of it is lost or taken twice."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ingest.limits import Limit
from ingest.routes import routes
from sla import feed
from sla.load import totals
from sla.settings import Settings
from sla.store import Store
from sla.unload import unload

TOKEN = "a token of sixteen letters or more"  # noqa: S105 - of this test alone
AUTH = {"Authorization": f"Bearer {TOKEN}"}
ASKED: dict[str, Any] = {
    "platform": "log",
    "account": "Bike shop",
    "channel": "Chat",
    "thread_key": "T1",
    "message_key": "1",
    "author_key": "c1",
    "role": "customer",
    "sent_at": "2026-03-02T09:00:00Z",
    "text": "Where is my order?",
}
ANSWERED = ASKED | {
    "message_key": "2",
    "author_key": "a1",
    "role": "agent",
    "sent_at": "2026-03-02T09:20:00Z",
    "text": "On its way.",
}


def lines(*messages: dict[str, Any]) -> bytes:
    return "".join(json.dumps(m) + "\n" for m in messages).encode()


def client(inbox: Path, **ingest: Any) -> TestClient:
    settings = Settings.model_validate(
        {"ingest": ingest, "sources": [{"account": "Bike shop", "agents": ["Agent One"]}]}
    )
    return TestClient(Starlette(routes=routes(lambda: settings, inbox)))


@pytest.fixture
def inbox(store: Store) -> Path:
    return store.path.parent / "inbox"


def test_messages_are_taken_in_and_nothing_twice(store: Store, inbox: Path) -> None:
    web = client(inbox, token=TOKEN)
    told = web.post("/ingest", content=lines(ASKED), headers=AUTH)
    assert (told.status_code, told.json()) == (202, {"messages": 1, "problems": []})
    assert totals(store)["messages"] == 0
    assert feed.take(store, inbox) == 1
    assert totals(store) == {"messages": 1, "conversations": 1, "waits": 1}
    for body in (lines(ASKED, ANSWERED), lines(ANSWERED)):
        assert web.post("/ingest", content=body, headers=AUTH).status_code == 202
    assert feed.take(store, inbox) == 2
    assert feed.take(store, inbox) == 0
    assert totals(store)["messages"] == 2
    loads = (
        store.cursor().execute('SELECT load_id, messages, "new", duplicates FROM loads').fetchall()
    )
    ((load_id, *counts),) = loads
    assert counts == [4, 2, 2]
    assert unload(store, load_id) == (2, 0)


def test_of_several_calls_the_later_version_of_a_message_counts(store: Store, inbox: Path) -> None:
    web = client(inbox, token=TOKEN)
    for words in ("first", "second", "third"):
        web.post("/ingest", content=lines(ASKED | {"text": words}), headers=AUTH)
    feed.take(store, inbox)
    assert store.cursor().execute("SELECT text FROM messages").fetchall() == [("third",)]


def test_a_bad_row_is_told_and_kept_as_a_problem(store: Store, inbox: Path) -> None:
    web = client(inbox, token=TOKEN)
    told = web.post("/ingest", content=lines(ASKED, ASKED | {"role": "boss"}), headers=AUTH)
    assert told.status_code == 202
    (problem,) = told.json()["problems"]
    assert problem["line"] == 2
    assert 'role is "boss"' in problem["reason"]
    feed.take(store, inbox)
    assert store.cursor().execute("SELECT count(*) FROM problems").fetchone() == (1,)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": f"bearer {TOKEN}"}, 202),
    ],
)
def test_only_who_has_the_token_may_send(inbox: Path, headers: dict[str, str], status: int) -> None:
    web = client(inbox, token=TOKEN)
    assert web.post("/ingest", content=lines(ASKED), headers=headers).status_code == status
    assert (inbox / "feed").exists() == (status == 202)


def test_the_feed_is_off_unless_there_is_a_token(inbox: Path) -> None:
    assert client(inbox).post("/ingest", content=lines(ASKED), headers=AUTH).status_code == 404
    assert client(inbox, token=TOKEN).get("/ingest").status_code == 405
    with pytest.raises(ValueError, match="16"):
        Settings.model_validate({"ingest": {"token": "short"}})


@pytest.mark.parametrize(
    ("body", "status", "part"),
    [
        (b"", 400, "empty"),
        (b"hello", 400, "The body is"),
        (b'{"a": 1}\n', 400, "The body is"),
        (b"x" * 2000, 413, "1,000 bytes"),
        (lines(*[ASKED | {"sent_at": "yesterday"}] * 3), 400, "The body was refused"),
    ],
)
def test_what_cannot_be_taken_is_said_and_leaves_nothing(
    inbox: Path, body: bytes, status: int, part: str
) -> None:
    told = client(inbox, token=TOKEN, max_bytes=1000).post("/ingest", content=body, headers=AUTH)
    assert told.status_code == status
    assert part in told.json()["error"]
    assert "feed.ndjson" not in told.json()["error"]
    assert not (inbox / "feed").exists()


def test_too_many_calls_are_told_to_wait(inbox: Path) -> None:
    web = client(inbox, token=TOKEN, per_minute=2)
    codes = [web.post("/ingest", content=lines(ASKED), headers=AUTH) for _ in range(3)]
    assert [c.status_code for c in codes] == [202, 202, 429]
    assert 1 <= int(codes[-1].headers["Retry-After"]) <= 60


def test_a_limit_fills_up_again() -> None:
    now = [0.0]
    limit = Limit(60, lambda: now[0])
    assert [limit.wait("a") for _ in range(60)] == [0.0] * 60
    assert limit.wait("a") == pytest.approx(1.0)
    assert limit.wait("b") == 0.0
    now[0] = 1.0
    assert limit.wait("a") == 0.0
    assert limit.wait("a") > 0


CHATWOOT = {
    "event": "message_created",
    "id": 11,
    "content": "Is it open today?",
    "message_type": "incoming",
    "created_at": "2026-03-02T09:00:00Z",
    "private": False,
    "content_type": "text",
    "sender": {"id": 5, "name": "Customer A", "type": "contact"},
    "inbox": {"id": 3, "name": "Bike shop"},
    "conversation": {"id": 77, "display_id": 77, "channel": "Channel::WebWidget", "status": "open"},
    "account": {"id": 1, "name": "Bike shop"},
}
INTERCOM = {
    "type": "notification_event",
    "topic": "conversation.user.created",
    "data": {
        "item": {
            "type": "conversation",
            "id": "900",
            "created_at": 1772442000,
            "updated_at": 1772442000,
            "source": {
                "type": "conversation",
                "id": "901",
                "body": "<p>Is it open today?</p>",
                "author": {"type": "user", "id": "u1", "name": "Customer A"},
            },
            "conversation_parts": {"conversation_parts": []},
        }
    },
}
ZENDESK = {
    "type": "zen:event-type:ticket.comment_added",
    "id": "01AB",
    "time": "2026-03-02T09:20:00Z",
    "account_id": 9,
    "detail": {
        "id": "35",
        "requester_id": "8",
        "submitter_id": "8",
        "status": "OPEN",
        "subject": "Opening hours",
        "description": "Is it open today?",
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T09:20:00Z",
        "via": {"channel": "email"},
        "brand_id": "1",
    },
    "event": {
        "comment": {
            "id": "501",
            "body": "Yes, until six.",
            "is_public": True,
            "author": {"id": "7", "is_staff": True, "name": "Agent One"},
        }
    },
}


def signed(sender: str, body: bytes, secret: str, at: int | None = None) -> dict[str, str]:
    key, stamp = secret.encode(), str(int(time.time()) if at is None else at)
    if sender == "intercom":
        return {"X-Hub-Signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest()}
    if sender == "zendesk":
        digest = hmac.new(key, stamp.encode() + body, hashlib.sha256).digest()
        return {
            "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        }
    digest_ = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Chatwoot-Signature": f"sha256={digest_}", "X-Chatwoot-Timestamp": stamp}


@pytest.mark.parametrize(
    ("sender", "payload", "role", "words"),
    [
        ("chatwoot", CHATWOOT, "customer", "Is it open today?"),
        ("intercom", INTERCOM, "customer", "Is it open today?"),
        ("zendesk", ZENDESK, "agent", "Yes, until six."),
    ],
)
def test_webhooks_are_read_when_they_are_signed(
    store: Store, inbox: Path, sender: str, payload: dict[str, Any], role: str, words: str
) -> None:
    web = client(inbox, **{f"{sender}_secret": "s3cret"})
    body = json.dumps(payload).encode()
    path = f"/ingest/{sender}"
    assert web.post(path, content=body).status_code == 401
    assert web.post(path, content=body, headers=signed(sender, body, "other")).status_code == 401
    assert (
        web.post(path, content=body + b" ", headers=signed(sender, body, "s3cret")).status_code
        == 401
    )
    told = web.post(path, content=body, headers=signed(sender, body, "s3cret"))
    assert told.status_code == 202, told.json()
    feed.take(store, inbox)
    rows = store.cursor().execute("SELECT role, text, platform FROM messages").fetchall()
    assert (role, words, sender) in rows


def test_an_old_signature_of_chatwoot_is_refused(inbox: Path) -> None:
    body = json.dumps(CHATWOOT).encode()
    web = client(inbox, **{"chatwoot_secret": "s3cret"})
    old = signed("chatwoot", body, "s3cret", at=int(time.time()) - 3600)
    assert web.post("/ingest/chatwoot", content=body, headers=old).status_code == 401


def test_webhooks_about_something_else_are_accepted_and_left_alone(inbox: Path) -> None:
    web = client(inbox, token=TOKEN)
    for sender, payload in (
        ("chatwoot", {"event": "contact_created"}),
        (
            "intercom",
            {"type": "notification_event", "topic": "ping", "data": {"item": {"type": "ping"}}},
        ),
        ("zendesk", ZENDESK | {"type": "zen:event-type:ticket.tags_changed"}),
    ):
        told = web.post(f"/ingest/{sender}", json=payload, headers=AUTH)
        assert (told.status_code, told.json()["messages"]) == (202, 0)
    for body in (b"[]", b"{}", b"no", b"[" * 5000):
        for sender in ("chatwoot", "intercom", "zendesk"):
            assert web.post(f"/ingest/{sender}", content=body, headers=AUTH).status_code == 400
    assert web.post("/ingest/elsewhere", content=b"{}", headers=AUTH).status_code == 404
    assert not (inbox / "feed").exists()
