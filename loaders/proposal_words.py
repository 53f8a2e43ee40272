"""The words that columns of tables are named by, and those that stand in them, in several languages."""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a field is called, the likeliest name first. "reply." stands for the reply in the same row.
NAMES: Mapping[str, tuple[str, ...]] = {
    "reply.sent_at": (
        "reply time", "replied at", "reply at", "answered at", "answered", "reply date", "response date",
        "response at", "responded at", "first response at", "first answered at", "first answered", "first replied at",
        "first replied", "first responded", "first response time", "first reply time", "beantwortet am", "beantwortet", "first reply at", "reply sent at", "answer time",
        "answer date", "developer reply date and time", "responded", "response time",
    ),
    "reply.text": (
        "reply", "answer", "response", "reply content", "reply text", "response text", "answer text",
        "response body", "reply body",
    ),
    "reply.author_name": (
        "replied by", "answered by", "responder", "reply author", "operator", "agent name", "bearbeiter",
    ),
    "sent_at": (
        "sent at", "sent", "created at", "created", "timestamp", "time stamp", "date time", "datetime", "date",
        "time", "at", "when", "received at", "submitted at", "posted at", "created time", "created on",
        "creation date", "question time", "opened at", "opened", "asked at", "asked", "complete timestamp", "start", "datum", "zeitpunkt",
        "erstellt", "fecha", "data", "horodatage", "data ora", "zeit", "gesendet",
    ),
    "edited_at": ("edited at", "edited", "updated at", "modified at", "last update", "modified"),
    "thread_key": (
        "case id", "case", "ticket id", "ticket", "ticket number", "ticket no", "conversation id", "conversation",
        "thread id", "thread", "chat id", "session id", "issue id", "incident id", "incident", "request id",
        "case number", "case no", "case nr", "case ref", "conversation no", "request no", "request number", "chat", "conv id", "vorgang", "vorgangsnummer", "vorgang nr", "fall", "fall nr", "fallnummer", "fall id", "ticket nr", "ticketnummer",
        "aktenzeichen", "numero caso", "numero ticket", "numéro de ticket", "número de caso", "caso", "dossier", "reference", "dialogue id", "dialog id", "number",
    ),
    "message_key": (
        "message id", "message key", "msg id", "event id", "comment id", "review id", "post id", "uuid", "guid",
        "id", "tweet id", "entry id",
    ),
    "reply_to_key": ("reply to", "in reply to", "reply to id", "parent id", "parent", "in response to"),
    "role": (
        "role", "direction", "sender type", "author type", "from type", "user type", "inbound", "incoming",
        "is inbound", "is agent", "from agent", "is staff", "outbound", "outgoing", "side", "actor type", "sender role",
        "author role", "type", "richtung", "art", "speaker", "party", "who",
    ),
    "author_name": (
        "author", "author name", "sender", "sender name", "from", "from name", "user name", "user", "name", "agent",
        "written by", "actor", "resource", "speaker", "absender", "von", "autor", "auteur", "autore", "participant",
        "customer name", "customer", "kunde", "who",
    ),
    "author_key": (
        "author id", "user id", "sender id", "from id", "author email", "sender email", "email", "from email",
        "from address", "customer id", "contact id", "actor id", "phone",
    ),
    "visibility": (
        "visibility", "public", "is public", "private", "is private", "internal", "is internal", "note", "is note", "internal note",
        "is internal note", "private note", "is private note", "internal comment", "internal only", "public comment", "public reply",
        "comment public", "visible", "is visible", "visible to customer", "customer visible", "visible to requester", "sichtbarkeit", "sichtbar",
        "für kunden sichtbar", "öffentlich", "intern", "interne notiz", "interner kommentar", "notiz", "interne", "note interne", "nota interna",
        "interna", "interno", "privado", "privada", "privato", "privé", "público", "pública", "publico", "publica", "pubblico", "visibilité",
        "visibilidad", "visibilità", "zichtbaar", "interne notitie", "notitie",
    ),
    "event": ("event", "status", "state", "action"),
    "channel": ("channel", "medium", "source", "via", "kanal", "canal", "canale"),
    "account": (
        "account", "brand", "inbox", "page", "mailbox", "company", "bank", "app", "app name", "app id", "shop", "store",
        "business", "to account",
    ),
    "text": (
        "text", "message", "body", "content", "message text", "comment", "message body", "description", "question",
        "review", "review text", "subject", "title", "activity", "nachricht", "texto", "mensaje", "messaggio", "texte",
        "summary", "what", "msg", "query", "inquiry", "enquiry", "complaint", "beschreibung", "frage", "descripción", "pregunta",
    ),
}  # fmt: skip
# How words begin in the names of columns that hold no time at which a customer wrote, and no text of a customer.
LATER = (
    "resol", "solv", "clos", "complet", "updat", "modif", "due", "deadline", "end", "expir", "purchas", "birth", "respon", "repl", "answer", "deliver",
    "erledig", "gelöst", "geschlossen", "cerrad", "resuel", "chius", "ferm", "order", "encerr", "conclu", "clôtur", "clotur", "cierre", "soluci", "soluç",
    "fecham", "abschluss", "kapan", "selesai", "zamkni", "afgesl", "finish", "assign", "escalat", "schedul", "cancel", "last", "letzt", "fällig", "änder",
    "actuali", "atuali", "aktuali", "mise", "güncel", "dob", "últim", "ultim", "vencim",
)  # fmt: skip
NO_TEXT = (
    "resol", "solution", "answer", "reply", "replies", "respon", "bot", "purchas", "product", "lösung", "antwort", "respuesta", "risposta", "réponse",
)  # fmt: skip
# How the name of a column begins that names the customer of a case.
OF_CUSTOMERS = (
    "customer",
    "client",
    "requester",
    "contact",
    "consumer",
    "kunde",
    "cliente",
    "buyer",
    "guest",
    "user",
)

# What a column of roles holds.
ROLE_WORDS: Mapping[str, frozenset[str]] = {
    "customer": _words(
        "customer client user in inbound incoming received contact end-user enduser "
        "visitor requester consumer guest kunde kunden kundin eingang eingehend cliente lead player patient "
        "buyer caller"
    ),
    "agent": _words(
        "agent admin out outbound outgoing operator staff employee support brand "
        "teammate team business mitarbeiter mitarbeiterin ausgang ausgehend agente operador rep representative seller "
        "advisor moderator owner company service care desk helpdesk csr cs atendente berater beraterin conseiller vendedor técnico asesor "
        "operatore consulente medewerker technician"
    ),
    "bot": _words("bot automation automatic auto workflow chatbot robot assistant"),
    "system": _words("system event log notification status"),
}
CUSTOMERS_WHEN_TRUE = ("inbound", "incoming", "is inbound", "is incoming")
AGENTS_WHEN_TRUE = ("outbound", "outgoing", "is agent", "from agent", "is staff", "is outbound")
TRUE = (
    "true", "1", "yes", "t", "y", "x", "ja", "j", "wahr", "oui", "vrai", "sí", "si", "s", "verdadero", "sì", "vero", "sim", "verdadeiro", "waar", "tak",
    "prawda", "evet",
)  # fmt: skip
FALSE = (
    "false", "0", "no", "f", "n", "nein", "falsch", "non", "faux", "falso", "não", "nao", "nee", "onwaar", "nie", "fałsz", "nej", "hayır",
)  # fmt: skip
# A column with one of these in its name tells of what customers see; any other that can be yes or no, of what they do not.
SEEN_BY_CUSTOMERS = ("public", "visib", "sichtbar", "öffentlich", "públic", "pubblic", "zichtbaar")
VISIBILITY_WORDS: Mapping[str, frozenset[str]] = {
    "public": frozenset((
        "public", "public reply", "public comment", "public note", "reply", "external", "visible", "öffentlich", "extern", "antwort", "público", "pública",
        "publico", "publica", "pubblico", "pubblica", "publique", "externe", "externo", "externa", "esterno", "esterna", "openbaar",
    )),
    "private": frozenset(("private", "privat", "privé", "privado", "privada", "privato", "privata", "direct", "dm")),
    "internal": frozenset((
        "internal", "internal note", "internal comment", "internal reply", "note", "private note", "private comment", "hidden", "intern", "interne",
        "interne notiz", "interner kommentar", "notiz", "interno", "interna", "nota", "nota interna", "note interne", "interne notitie",
    )),
}  # fmt: skip
CLOSED = ("closed", "solved", "resolved", "done", "geschlossen", "cerrado", "chiuso", "fermé")
REOPENED = ("reopened", "re-opened", "reopen")
