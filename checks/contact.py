"""How telephone numbers, e-mail addresses and postcodes may be written, as users and patients write them.

Users and patients have a rule each. The code for sign-in goes to a user's mobile and e-mail, so those are asked for
strictly, and the mobile is stored in one form. A patient's are stored as the patient gave them: they are also for people
who call or write, and ways of writing that were accepted once must stay accepted.
"""

from __future__ import annotations

import re
import unicodedata

_NORWEGIAN = r"[2-9][0-9]{7}"
_PATIENTS_TELEPHONE = re.compile(rf"{_NORWEGIAN}|(\+|00)[1-9][0-9]{{6,14}}")
_PATIENTS_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
# What may stand before the @ (RFC 5321 and 6531): words with one full stop between them.
_WORD = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LOCAL = re.compile(rf"{_WORD}(\.{_WORD})*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# Letters that the standard library's IDNA (of 2003) makes another domain of than mail servers do (RFC 5894, 7.2).
_OTHERS = re.compile("[ßẞς\u200c\u200d]")
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254
_POSTCODE = re.compile(r"[0-9]{4}")
USERS_MOBILE = rf"{_NORWEGIAN}|\+[0-9]{{8,15}}"
USERS_EMAIL = r"[^@\s<>]{1,64}@[^@\s<>]{1,190}\.[^@\s<>.]{2,}"


def mobile(text: str) -> str:
    """A user's mobile as it is stored and judged: without spaces, hyphens and +47 or 0047."""
    return re.sub(r"^(\+47|0047)(?=[0-9]{8}$)", "", re.sub(r"[\s-]", "", text))


def is_telephone(text: str) -> bool:
    """Whether a patient's telephone number is one: eight digits, or + (or 00) and a country code; spaces, brackets and
    hyphens are as the patient likes.
    """
    return _PATIENTS_TELEPHONE.fullmatch(re.sub(r"[\s()-]", "", text)) is not None


def is_email(text: str) -> bool:
    """Whether a patient's e-mail address is one that a message can be sent to."""
    return _PATIENTS_EMAIL.fullmatch(text) is not None and mail_address(text) is not None and not has_odd_name(text)


def has_odd_name(text: str) -> bool:
    """Whether what stands before the @ has letters that many mail servers do not send to, such as æ, ø and å. After it they are
    fine.
    """
    known = mail_address(text)
    return known is not None and not known.isascii()


def is_users_email(text: str) -> bool:
    """Whether a user's e-mail address is one that a message can be sent to."""
    return re.fullmatch(USERS_EMAIL, text) is not None and mail_address(text) is not None and not has_odd_name(text)


def mail_address(text: str) -> str | None:
    """The address as mail servers know it, with its domain in punycode; None for one that no server could send to."""
    local, at, _ = (text := unicodedata.normalize("NFC", text.strip())).rpartition("@")
    known = punycode(text)
    if not at or known is None or not _LOCAL.fullmatch(local):
        return None
    if len(local.encode()) > _LONGEST_LOCAL or len(known.encode()) > _LONGEST_ADDRESS:
        return None
    return known


def punycode(address: str) -> str | None:
    """The address with its domain in ASCII; None when the domain cannot be one, or would be another's."""
    local, _, domain = address.rpartition("@")
    if _OTHERS.search(domain):
        return None
    try:
        known = domain.encode("idna").decode().lower()
    except UnicodeError:
        return None
    *_, last = labels = known.split(".")
    return f"{local}@{known}" if all(map(_LABEL.fullmatch, labels)) and not last.isdigit() else None


def is_postcode(text: str) -> bool:
    """Whether it is a Norwegian postcode."""
    return _POSTCODE.fullmatch(text) is not None
