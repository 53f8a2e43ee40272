"""The words in which WhatsApp itself writes into a chat, in the languages that it is seen in most.

Texts are compared in small letters, without Arabic vowel signs, without the full stop at the end.
"""

from __future__ import annotations

import re

# Its notice that a chat is encrypted.
_ENCRYPTED = re.compile(
    r"end-to-end encrypted|end-to-end encryption|ende-zu-ende-verschlüsselt|extremo a extremo|chiffrés de bout en bout|"
    r"crittografat[aei] end-to-end|ponta a ponta|end-to-end[- ]versleuteld|uçtan uca|сквозн\w+ шифрован|"
    r"エンドツーエンド|端到端|端對端|端对端|종단간|بين الطرفين|מוצפנות מקצה|एंड-टू-एंड|terenkripsi|"
    r"szyfrowan\w+ (?:typu )?end-to-end|zaszyfrowane|od-konce-do-konce|koncového šifrování|kryptert|krypterade|krypterede|päästä päähän|"
    r"наскрізн\w+ шифрув",
    re.IGNORECASE,
)

# What a message leaves that was taken back, by whoever wrote it or by an admin.
_DELETED = frozenset(
    (
        "this message was deleted", "you deleted this message", "you deleted this message as admin",
        "diese nachricht wurde gelöscht", "du hast diese nachricht gelöscht", "du hast diese nachricht als admin gelöscht",
        "se eliminó este mensaje", "este mensaje fue eliminado", "eliminaste este mensaje", "has eliminado este mensaje",
        "ce message a été supprimé", "vous avez supprimé ce message", "questo messaggio è stato eliminato",
        "hai eliminato questo messaggio", "mensagem apagada", "esta mensagem foi apagada", "esta mensagem foi eliminada",
        "você apagou esta mensagem", "apagou esta mensagem", "eliminou esta mensagem", "dit bericht is verwijderd",
        "dit bericht werd verwijderd", "u hebt dit bericht verwijderd", "je hebt dit bericht verwijderd",
        "bu mesaj silindi", "bu mesajı sildiniz", "ta wiadomość została usunięta", "ta wiadomość została skasowana",
        "usunięto tę wiadomość", "данное сообщение удалено", "вы удалили данное сообщение", "вы удалили это сообщение",
        "це повідомлення видалено", "ви видалили це повідомлення", "تم حذف هذه الرسالة", "لقد حذفت هذه الرسالة",
        "حذفت هذه الرسالة", "pesan ini dihapus", "pesan ini telah dihapus", "anda menghapus pesan ini",
        "anda telah menghapus pesan ini", "mesej ini telah dipadam", "anda telah memadam mesej ini",
        "tato zpráva byla odstraněna", "tato zpráva byla smazána", "zprávu jste odstranili", "det här meddelandet raderades",
        "du raderade det här meddelandet", "detta meddelande raderades", "denne besked blev slettet", "du slettede denne besked",
        "denne meldingen ble slettet", "du slettet denne meldingen", "tämä viesti poistettiin", "poistit tämän viestin",
        "acest mesaj a fost șters", "ați șters acest mesaj", "ezt az üzenetet törölték", "αυτό το μήνυμα διαγράφηκε",
        "διαγράψατε αυτό το μήνυμα", "הודעה זו נמחקה", "מחקת הודעה זו", "یہ پیغام حذف کیا گیا", "این پیام حذف شد",
        "यह मैसेज डिलीट कर दिया गया है", "यह मैसेज मिटाया गया", "यह संदेश मिटाया गया", "आपने यह मैसेज डिलीट किया",
        "このメッセージは削除されました", "このメッセージを削除しました", "消息已删除", "此消息已删除", "你删除了此消息",
        "此訊息已刪除", "你已刪除此訊息", "삭제된 메시지입니다", "이 메시지를 삭제했습니다",
    )
)  # fmt: skip
_DELETED_BY_ADMIN = re.compile(
    r"this message was deleted by admin [^\n]{1,100}|diese nachricht wurde von admin [^\n]{1,100} gelöscht|"
    r"pesan ini dihapus oleh admin [^\n]{1,100}"
)

# A call that nobody took.
_MISSED_CALL = re.compile(
    r"missed (?:group )?(?:voice|video) call(?:[,.] (?:tap|click) to call back)?|"
    r"verpasster? (?:sprach|video|gruppen)\w*anruf|(?:video)?llamada (?:de voz |grupal )?perdida|appel (?:vocal|vidéo) manqué|"
    r"(?:chiamata(?: vocale)?|videochiamata) persa|(?:chamada|ligação) de (?:voz|vídeo) perdida|(?:video)?chamada perdida|"
    r"gemiste? (?:spraakoproep|video-oproep|oproep|spraakgesprek)|cevapsız (?:sesli|görüntülü) (?:grup )?arama(?:sı)?|"
    r"nieodebrane połączenie(?: głosowe| wideo)?|пропущенный (?:аудиозвонок|видеозвонок|голосовой (?:вызов|звонок))|"
    r"пропущений (?:аудіодзвінок|відеодзвінок)|مكالمة (?:صوتية|فيديو) فائتة|panggilan (?:suara|video) (?:tak )?ter(?:jawab|lepas)|"
    r"zmeškaný (?:hlasový hovor|videohovor|hovor)|missat (?:röst|video)?samtal|tapt (?:tale|video)anrop|mistet (?:tale|video)?opkald|"
    r"ubesvaret (?:tale|video)opkald|vastaamaton (?:ääni|video)puhelu|apel (?:vocal|video) (?:pierdut|ratat|nepreluat)|"
    r"nem fogadott (?:hang|videó)hívás|αναπάντητη (?:φωνητική |βιντεο)?κλήση|שיחה קולית שלא נענתה|שיחת וידאו שלא נענתה|"
    r"मिस्ड (?:व्हॉइस|वॉइस|वीडियो) कॉल|不在着信|音声通話不在着信|未接(?:语音|视频)通话|未接(?:語音|視訊)通話|부재중 (?:전화|음성통화|음성 통화|영상통화|영상 통화)"
)

# What is only WhatsApp's where it put its mark before it: calls that were taken or not, and what the owner of the phone did.
_CALL = re.compile(
    r"(?:group )?(?:voice|video) call\b|(?:sprach|video)anruf|(?:video)?llamada\b|appel (?:vocal|vidéo)|chiamata\b|videochiamata|"
    r"(?:ligação|chamada) de|videochamada|spraakoproep|video-oproep|(?:sesli|görüntülü) arama|аудиозвонок|видеозвонок|"
    r"panggilan (?:suara|video)|مكالمة (?:صوتية|فيديو)|połączenie (?:głosowe|wideo)"
)
_OWNER = re.compile(
    r"you(?:r security code|\b)|du |dein|has |tu código|eliminaste|añadiste|saliste|creaste|cambiaste|vous |votre code|hai |il tuo codice|"
    r"você |seu código|o seu código|je |u |uw |вы |ваш код|ви |anda |kamu |kode keamanan|لقد "
)
_ITS_OWN = re.compile(
    r"(?:this business (?:uses|works with|is using|is now using)|messages (?:and calls|to this (?:chat|group))) ",
    re.IGNORECASE,
)
_VOWELS = re.compile("[\u064b-\u0652\u0640]")


def tells_encryption(text: str) -> bool:
    """Tell whether this reads like WhatsApp's notice that a chat is encrypted."""
    return _ENCRYPTED.search(text) is not None


def is_its_own(text: str) -> bool:
    """Tell whether a text begins as WhatsApp itself writes, although a colon may stand in it."""
    return _ITS_OWN.match(text) is not None


def is_notice(text: str) -> bool:
    """Tell whether a text is what a message leaves that was taken back, or a call that nobody took, in whoever's name."""
    found = _plain(text)
    return (
        found in _DELETED
        or _DELETED_BY_ADMIN.fullmatch(found) is not None
        or _MISSED_CALL.fullmatch(found) is not None
    )


def is_marked_notice(text: str) -> bool:
    """Tell whether a text that WhatsApp put its mark before is about a call, or about what the owner of the phone did."""
    found = _plain(text)
    return _CALL.match(found) is not None or _OWNER.match(found) is not None


def _plain(text: str) -> str:
    return _VOWELS.sub("", text.casefold()).strip().rstrip(".。।").rstrip()
