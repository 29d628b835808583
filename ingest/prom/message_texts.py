"""What a patient is written about a form: the message that brings it, the reminder, and the subject of an e-mail.

SMS and e-mail may be read by others, so none of it says who the patient is or what the form is about. It says which hospital
it is from and whom to call, so that it can be told from a fraud (docs/adr/032). The app's address is put in when the
message is sent.
"""

from __future__ import annotations

from datetime import date

from checks.eprom import OSLO, REMIND_AFTER, lock_at
from checks.senders import Sender
from ingest.prom import links, outbox, status_words

SUBJECT = "Spørreskjema fra sykehuset"
FORM_TEXT = (
    "Hei! Du har fått et spørreskjema fra {navn}. Det tar noen minutter, og du har "
    f"{status_words.span(REMIND_AFTER)} på deg. Åpne skjemaet her: "
    f"{outbox.PLACE}{links.ADDRESS}{{token}} Lenken er bare til deg, og skjemaet ber aldri om passord eller BankID. "
    "{spor} Du kan ikke svare på denne meldingen."
)
REMINDER_TEXT = (
    "Hei! Vi minner om spørreskjemaet fra {navn}. Det stenger {frist}. Åpne skjemaet her: "
    f"{outbox.PLACE}{links.ADDRESS}{{token}} Har du alt svart, kan du se bort fra meldingen. {{spor}}"
)

WAITING_TEXT = (
    "Hei! Vi minner om spørreskjemaet fra {navn}, som ligger på Helsenorge eller i den digitale postkassen din. Det stenger "
    "{frist}. Har du alt svart, kan du se bort fra meldingen. {spor}"
)


def form_text(token: str, sender: Sender) -> str:
    """The text of the message that brings the patient a form."""
    return FORM_TEXT.format(token=token, navn=sender.navn, spor=_ask(sender))


def reminder_text(token: str, dag: date, sender: Sender) -> str:
    """The text of the reminder of a form that was sent on ``dag``."""
    return REMINDER_TEXT.format(token=token, frist=_deadline(dag), navn=sender.navn, spor=_ask(sender))


def waiting_text(dag: date, sender: Sender) -> str:
    """The text of the reminder of a form that another service asks the patient, ordered on ``dag``: it has no link of ours."""
    return WAITING_TEXT.format(frist=_deadline(dag), navn=sender.navn, spor=_ask(sender))


def _deadline(dag: date) -> str:
    return f"{lock_at(dag).astimezone(OSLO):%d.%m. kl. %H.%M}"


def _ask(sender: Sender) -> str:
    return f"Spørsmål? Ring {sender.telefon}." if sender.telefon else "Spørsmål? Ring sykehuset."
