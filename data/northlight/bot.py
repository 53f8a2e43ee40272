"""The bot on WhatsApp: greets whoever begins, and says when nobody is there."""

from data.northlight import wording
from data.northlight.demand import is_open
from data.northlight.people import Conversation
from data.northlight.post import Author, Post
from data.northlight.timeline import Timeline

BOT = Author("northlight-bot", wording.BOT["name"], "bot")
ONCE_A_NIGHT = 12 * 3600.0


class Bot:
    """Answers by itself, within seconds, and knows nothing."""

    def __init__(self, timeline: Timeline, post: Post) -> None:
        self._timeline = timeline
        self._post = post

    def hear(self, conversation: Conversation) -> None:
        """React to what the customer has just written."""
        if conversation.account.platform != "whatsapp" or conversation.said == "closers":
            return
        now = self._timeline.now
        if is_open(now):
            if conversation.said != "openers":
                return
            text = wording.BOT["greeting"]
        else:
            if now - conversation.away_told < ONCE_A_NIGHT:
                return
            conversation.away_told = now
            text = wording.BOT["away"]
        pause = self._timeline.chance.uniform(2, 5)
        self._timeline.at(now + pause, self._post.bot, conversation, BOT, text)
