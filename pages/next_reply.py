"""Next reply: how long people wait for an answer when they write again."""

from ui import replies

replies.show("next")
