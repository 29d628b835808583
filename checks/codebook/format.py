"""The format of a codebook file: which keys a block may have, and of what kind.

A file that breaks the format is refused with the file, the variable and what is wrong; nothing is guessed.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from checks.codebook.model import PATIENT_TYPE

Kind = Literal["dato", "liste", "avkrysning", "tall", "tekst", "stor_tekst", "skjult", "status"]
Calculation = Literal[
    "alder",
    "inkl_krit_oppf",
    "omeq",
    "omeq_sum",
    "samtykke",
    "reservasjon",
    "akutt_lang",
    "icd_versjon",
    "hads_angst",
    "hads_depresjon",
    "status",
    "kommentar",
    "folkeregister",
]
Code = int | str
Condition = dict[str, Any]
Requirement = Literal["minst_en", "valgfri"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Strict):
    """What is asked for a time: from the day ``fra`` until the day ``til``, which is the first day without it.

    ``utgave`` names an edition of ``utgaver.yml``, whose dates and whose «i bruk» then count where none are given here.
    """

    fra: date | None = None
    til: date | None = None
    utgave: str | None = None


class CodeBlock(Dated):
    """A code that is valid for a time only; one that always is, is written as its text alone."""

    tekst: str


class Prefill(Strict):
    """A value filled in by itself when the condition holds and nothing has been answered."""

    verdi: Code
    naar: Condition


class VariableBlock(Dated):
    """One question, one column.

    ``mykt`` is the usual range: a number in the question's own unit, or a date as days after the date ``mykt_mot``.
    ``tilbys_i`` has the codes that are offered in a named edition only, and come in imports at other times.
    """

    navn: str = Field(pattern=r"^[A-Za-zÆØÅæøå][A-Za-z0-9ÆØÅæøå]*$")
    ledetekst: str = ""
    hjelp: str = ""
    type: Kind
    koder: dict[Code, str | CodeBlock] = {}
    vises_som: dict[Code, str | CodeBlock] = {}
    kun_import: list[Code] = []
    kun_system: list[Code] = []
    tilbys_i: dict[str, list[Code]] = {}
    kodeliste: str | None = None
    kortliste: str | None = None
    oppslag: Literal["icd10", "ncsp", "lokasjon", "avdeling"] | None = None
    prefiks: str | None = None
    avgrenses_av: str | None = None
    desimaler: int = 0
    enhet: str = ""
    lagres: str | None = None
    mykt: tuple[float, float] | None = None
    mykt_mot: str | None = None
    hardt: tuple[float, float] | None = None
    avrunding: Literal["opp"] | None = None
    fysisk: str | None = None
    paakrevd: bool | Condition = True
    vises_naar: Condition | None = None
    beregnes: Calculation | None = None
    forhaandsvalg: Prefill | None = None
    foreslaas: dict[Literal["staar", "tilbys", "bruk"], str] = {}
    identifiserende: bool = False
    eksporteres: bool = True
    tilbys: bool = True
    uttrekk: Literal["sist"] | None = None
    fyller: str | None = None


class ChoiceBlock(Dated):
    """One box of a several-of-many question; becomes a variable of type avkrysning.

    ``kode`` names a row of the question's code list, which then gives the label, the help and the box it lies under.
    """

    navn: str
    kode: str | None = None
    ledetekst: str = ""
    hjelp: str = ""
    fysisk: str | None = None
    vises_naar: Condition | None = None
    forhaandsvalg: Prefill | None = None
    tilbys: bool = True
    uttrekk: Literal["sist"] | None = None


class MultipleBlock(Dated):
    flervalg: str
    ledetekst: str
    hjelp: str = ""
    kodeliste: str | None = None
    krev: Requirement = "minst_en"
    enevalg: list[str] = []
    vises_naar: Condition | None = None
    uttrekk: Literal["sist"] | None = None
    alternativer: list[ChoiceBlock]


class ClinicianRow(Dated):
    """A box and the count that belongs to it (B 2.2, «Behandler av smertetilstanden»)."""

    navn: str
    antall: str
    ledetekst: str
    hjelp: str = ""
    fysisk: str
    fysisk_antall: str
    mykt: tuple[float, float] | None = None
    hardt: tuple[float, float] | None = None
    lagres_antall: str = "smallint"


class CliniciansBlock(Dated):
    behandlere: str
    ledetekst: str
    antall_ledetekst: str
    paaminnelse: str = ""
    hjelp: str = ""
    krev: Requirement = "minst_en"
    rader: list[ClinicianRow]


class SumColumn(Strict):
    navn: str
    ledetekst: str
    fysisk: str
    lagres: str


class OpioidBlock(Dated):
    """The opioid table: one row for each line of the code list ``opioider``."""

    opioidtabell: str
    ledetekst: str
    hjelp: str = ""
    suffiks: str = ""
    sum: SumColumn
    krev: Requirement = "minst_en"
    radhjelp: dict[str, str] = {}
    vises_naar: Condition | None = None
    uttrekk: Literal["sist"] | None = None


class RowKey(Strict):
    navn: str
    fysisk: str
    lagres: str = "int"


class RepeatedBlock(Strict):
    """Rows inside a form; ``minst`` of them at ferdigstilling."""

    gjentatt: str
    hjelp: str = ""
    tabell: str
    noekkel: RowKey
    minst: int = 0
    felt: list[VariableBlock]


Block = VariableBlock | MultipleBlock | CliniciansBlock | OpioidBlock | RepeatedBlock
BLOCKS: dict[str, type[Strict]] = {
    "navn": VariableBlock,
    "flervalg": MultipleBlock,
    "behandlere": CliniciansBlock,
    "opioidtabell": OpioidBlock,
    "gjentatt": RepeatedBlock,
}


class SectionBlock(Strict):
    id: str
    tittel: str
    hjelp: str = ""
    vises_naar: Condition | None = None
    felt: list[dict[str, Any]]


class PlaceBlock(Strict):
    """The form's place among the forms, counted upwards: in the order of the work, and in that of the extracts."""

    arbeid: int
    uttrekk: int


class ClosingBlock(Strict):
    """The three questions that every patient form has: when it was filled in, whether it was, and if not, why."""

    dato: str
    utfylt: str
    arsak: str


class SendingBlock(Strict):
    """When a patient form goes out by itself: at the run after the consent, or after B 2.2 is completed. ``dager`` is how many days
    after sluttdato, at the least; ``minutter`` how long after the run.
    """

    etter: Literal["samtykke", "avslutning"]
    dager: int = Field(0, ge=0)
    minutter: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _days_are_counted_from_sluttdato(self) -> SendingBlock:
        if self.dager and self.etter != "avslutning":
            raise ValueError("«dager» regnes fra sluttdato, og krever «etter: avslutning»")
        return self


class PatientBlock(Strict):
    """What a patient form has besides its questions. ``tittel`` and ``om`` are what the patient reads first."""

    utfylling: ClosingBlock
    sendes: SendingBlock
    papir: bool
    tittel: str
    om: str


class UseBlock(Strict):
    """One form that the file defines.

    A form of the slag ``behandler`` or ``pasient`` is a document of the forløp, opened by the forløpstype ``fra_type``
    and those above it; ``person`` is one per patient. ``kort`` heads its column in the arbeidsliste, ``uttrekksnavn`` is
    its name in the extracts.
    """

    navn: str
    tittel: str
    kort: str = ""
    suffiks: str = ""
    formorder: int = 1
    slag: Literal["person", "behandler", "pasient"]
    fra_type: int | None = Field(None, ge=1, le=PATIENT_TYPE)
    uttrekksnavn: str
    plass: PlaceBlock
    pasientskjema: PatientBlock | None = None

    @model_validator(mode="after")
    def _has_what_its_slag_needs(self) -> UseBlock:
        if (self.fra_type is None) != (self.slag == "person"):
            raise ValueError("«fra_type» må oppgis for alle skjemaer som hører til et forløp, og bare for dem")
        if (self.pasientskjema is not None) != (self.slag == "pasient"):
            raise ValueError("«pasientskjema» må oppgis for skjemaer av slaget pasient, og bare for dem")
        if self.slag == "pasient" and self.fra_type != PATIENT_TYPE:
            raise ValueError(f"bare pasienter i forløpstype {PATIENT_TYPE} blir spurt: det må «fra_type» være")
        return self


class RuleBlock(Strict):
    id: str
    krav: dict[str, Any]
    unntatt: list[Code] = []
    bruk: str | None = None
    melding: str


class FileFormat(Strict):
    """``paakrevd: false`` lets every question of the file be skipped, unless a question says otherwise."""

    tabell: str
    bruk: dict[str, UseBlock]
    paakrevd: bool = True
    seksjoner: list[SectionBlock]
    regler: list[RuleBlock] = []
