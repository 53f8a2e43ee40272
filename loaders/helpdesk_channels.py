"""What a manager calls the channels that helpdesks name in words of their own."""

from __future__ import annotations

from typing import Any

from loaders.helpdesk_values import text

_NAMES = {
    "E-mail": "email email_message mail outbound_email custom_email gmail office365",
    "Web form": "web web_form portal helpcenter help_center contact_form web_widget feedback_widget webform form forms help-center contact-form",
    "Chat": "chat webwidget conversation native_messaging messaging live_chat livechat front_chat chat-message gorgias_chat beacon beacon_v2 beaconchat sunshine_conversations_api",
    "Phone": "voice phone phone_call call aircall calling",
    "SMS": "sms twiliosms twilio",
    "X mentions": "twitter twitterprofile tweet twitter_status x",
    "X direct messages": "twitter_dm tweet_dm twitter_direct-message twitter-direct-message",
    "Facebook page": "facebook facebook_feed_post facebook_feed_comment facebook-comment facebook_post facebook_comment facebook-post facebook-mention facebook-recommendations",
    "Facebook Messenger": "facebookpage facebook_messenger facebook-messenger facebook-message messenger facebook_message",
    "Instagram": "instagram instagram-comment instagram-ad-comment instagram-mention",
    "Instagram direct messages": "instagram_dm instagram-direct-message",
    "WhatsApp": "whatsapp whatsapp_message whatsapp-message",
    "Telegram": "telegram telegram_personal-message telegram_personal_message",
    "LINE": "line",
    "Viber": "viber",
    "WeChat": "wechat",
    "Mobile app": "mobile mobile_sdk android ios push",
    "API": "api custom web_service any_channel",
    "Google Play reviews": "googleplay",
    "App Store reviews": "appstore",
}
_BY_WORD = {word: name for name, words in _NAMES.items() for word in words.split()}


def channel_named(value: Any) -> str | None:
    """Give the name of a channel; a word that is not known is shown as the helpdesk writes it."""
    word = text(value)
    # An internal note, or one in the portal, comes by no channel of its own.
    if word is None or word.lower() == "note":
        return None
    plain = word.lower().removeprefix("channel::").replace(" ", "_")
    return _BY_WORD.get(plain) or word[:1].upper() + word[1:].replace("_", " ")
