"""What a description of the register for data users needs and the register cannot know itself, read from a file that a setting
names: who answers for the data, by which law, who gives access. And how what it does know is told there. Pure.

The terms are those of HealthDCAT-AP (release 8, NON_PUBLIC) and DCAT-AP-NO 3; docs/adr/028.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from checks import yaml_file
from checks.contact import is_email
from checks.errors import RegisterError

# The namespace that HealthDCAT-AP has until its own is made; its shapes say that it may change.
NAMESPACE = "http://healthdataportal.eu/ns/health#"
_Words = Annotated[str, StringConstraints(strip_whitespace=True)]
_Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Iri = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^https?://[^\s<>\"{}|\\^`/][^\s<>\"{}|\\^`]*$"),
]
_Place = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^https?://[^\s<>\"{}|\\^`/][^\s<>\"{}|\\^`#]*$"),
]
_Age = Annotated[int, Field(ge=0, le=150)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """A text in bokmål, and in nynorsk and English where it is written."""

    nb: _Given
    nn: _Words = ""
    en: _Words = ""

    @property
    def languages(self) -> dict[str, str]:
        """Language -> the text, of the languages it is written in."""
        return {language: text for language, text in self.model_dump().items() if text}


class Titled(_Strict):
    tittel: Text
    beskrivelse: Text


class Code(_Strict):
    """A code of a European or Norwegian list: its address, which begins with the list's own, and what it is called."""

    iri: _Iri
    navn: Text


class _Reached(_Strict):
    """Who can be reached by e-mail or on a page, and by at least one of them."""

    navn: _Given
    epost: _Words = ""
    side: _Iri | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Any:
        if not (self.epost or self.side):
            raise ValueError("trenger en epost eller en side")
        if self.epost and not is_email(self.epost):
            raise ValueError("har en epost som ikke er en e-postadresse")
        return self


class Contact(_Reached):
    """Where a user of the data asks; an office and not a person."""


class Agent(_Reached):
    """An organisation. The European and the Norwegian lists of types differ, so each may have its own code."""

    type_eu: Code | None = None
    type_no: Code | None = None


class LegalBasis(_Strict):
    tekst: Text
    kilde: _Iri | None = None


class Access(_Strict):
    """A way to the data: where one applies for them, or reads what is published of them."""

    tittel: Text
    beskrivelse: Text
    adresse: _Iri


class Description(_Strict):
    """The file. ``iri`` is the permanent address of the dataset; all that belongs to it is named by a «#…» of that.
    ``dataansvarlig`` is the legal holder of the data, ``hdab`` the body that gives access to health data.
    """

    iri: _Place
    identifikator: _Given
    katalog: Titled
    datasett: Titled
    emneord: Annotated[tuple[_Given, ...], Field(min_length=1)]
    lovgivning: Annotated[tuple[_Iri, ...], Field(min_length=1)]
    behandlingsgrunnlag: Annotated[tuple[LegalBasis, ...], Field(min_length=1)]
    formaal: Annotated[tuple[Text, ...], Field(min_length=1)]
    opprinnelse: Text
    befolkning: Text
    alder_fra: _Age | None = None
    alder_til: _Age | None = None
    helsekategori: Annotated[tuple[Code, ...], Field(min_length=1)]
    helsetema: tuple[Code, ...] = ()
    kodeverk: tuple[Code, ...] = ()
    personopplysninger: tuple[_Iri, ...] = ()
    utgiver: Agent
    dataansvarlig: Agent
    hdab: Agent
    kontakt: Contact
    tilgang: Annotated[tuple[Access, ...], Field(min_length=1)]
    landingsside: _Iri | None = None
    navnerom: _Iri = NAMESPACE

    @model_validator(mode="after")
    def _ages_are_in_order(self) -> Any:
        if self.alder_fra is not None and self.alder_til is not None and self.alder_fra > self.alder_til:
            raise ValueError("alder_fra er over alder_til")
        return self


def read(path: Path | None) -> Description:
    """What the file says. Raises REG-400 when no file is named, and REG-401 that says what is wrong in it."""
    if path is None:
        raise RegisterError("REG-400")
    return yaml_file.read(path, Description, lambda reason: RegisterError("REG-401", fil=path.name, melding=reason))


def announced(count: int, limit: int) -> int | None:
    """A count as it is told in public: none or to the nearest multiple of ``limit``, which a count that may be told is never
    under. None for a count that may not be told.
    """
    if 0 < count < limit:
        return None
    return (count + limit // 2) // limit * limit


# A description is to be checked at least once a year; who is to do it is reminded after eleven months.
REMINDED_AFTER = timedelta(days=334)


def reminder(last: date | None, today: date) -> str:
    """What is said to whoever is to check the description, when ``last`` is the day it was checked; nothing before it is time."""
    if last is None:
        return "Beskrivelsen for databrukere er ikke kontrollert. Lag den på Filarkiv, se over den og bekreft det der."
    if today - last < REMINDED_AFTER:
        return ""
    return (
        f"Beskrivelsen for databrukere ble sist kontrollert {last:%d.%m.%Y}, og skal kontrolleres minst én gang i året. "
        "Lag en ny på Filarkiv, se over den og bekreft det der."
    )


_BOX = "0 Nei; 1 Ja"
_DATATYPES = {"DECIMAL": "decimal", "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date", "TIME": "time"}
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}


def datatype(column_type: str, codes: str | None) -> str:
    """What CSV on the Web calls a column's type in DuckDB, where ``codes`` tell a box; text for what it has no name for."""
    name = column_type.partition("(")[0]
    if name.startswith("TIMESTAMP"):
        return "dateTime"
    if name in _INTEGERS:
        return "boolean" if codes == _BOX else "integer"
    return _DATATYPES.get(name, "string")
