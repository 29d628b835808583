"""What a patient is written about a form: the message that brings it, the reminder, and the subject of an e-mail.

SMS and e-mail may be read by others, so none of it says who the patient is or what the form is about. The app's address is
put in when the message is sent.
"""

from __future__ import annotations

from datetime import date

from checks.eprom import OSLO, REMIND_AFTER, lock_at
from ingest.prom import links, outbox, status_words

SUBJECT = "Spørreskjema fra sykehuset"
FORM_TEXT = (
    "Hei! Du har fått et spørreskjema fra sykehuset. Det tar noen minutter, og du har "
    f"{status_words.span(REMIND_AFTER)} på deg. Åpne skjemaet her: "
    f"{outbox.PLACE}{links.ADDRESS}{{token}} Lenken er bare til deg. Du kan ikke svare på denne meldingen."
)
REMINDER_TEXT = (
    "Hei! Vi minner om spørreskjemaet fra sykehuset. Det stenger {frist}. Åpne skjemaet her: "
    f"{outbox.PLACE}{links.ADDRESS}{{token}} Har du alt svart, kan du se bort fra meldingen."
)


def form_text(token: str) -> str:
    """The text of the message that brings the patient a form."""
    return FORM_TEXT.format(token=token)


def reminder_text(token: str, dag: date) -> str:
    """The text of the reminder of a form that was sent on ``dag``."""
    return REMINDER_TEXT.format(token=token, frist=f"{lock_at(dag).astimezone(OSLO):%d.%m. kl. %H.%M}")
