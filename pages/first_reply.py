"""First reply: how long people wait for the first answer."""

from ui import replies

replies.show("first")
