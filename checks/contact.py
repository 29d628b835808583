"""How telephone numbers, e-mail addresses and postcodes may be written, as users and patients write them.

Users and patients have a rule each. The code for sign-in goes to a user's mobile and e-mail, so those are asked for
strictly, and the mobile is stored in one form. A patient's are stored as the patient gave them: they are also for people
who call or write, and ways of writing that were accepted once must stay accepted.
"""

from __future__ import annotations

import re

_NORWEGIAN = r"[2-9][0-9]{7}"
_PATIENTS_TELEPHONE = re.compile(rf"{_NORWEGIAN}|(\+|00)[1-9][0-9]{{6,14}}")
_PATIENTS_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
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
    """Whether a patient's e-mail address is one."""
    return _PATIENTS_EMAIL.fullmatch(text) is not None


def is_postcode(text: str) -> bool:
    """Whether it is a Norwegian postcode."""
    return _POSTCODE.fullmatch(text) is not None
