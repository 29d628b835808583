"""Proves the csv file of units: what it may look like, and that everything wrong in it is told with its line."""

from __future__ import annotations

import pytest

from checks import code_lists, units
from checks.errors import RegisterError
from checks.units import Unit

ONE = Unit("100082", "Haukeland", "Helse Bergen HF", "Helse Vest RHF")
LINE = "100082{0}Haukeland{0}Helse Bergen HF{0}Helse Vest RHF"


@pytest.mark.parametrize(
    "text",
    [
        "resh,navn,hf,rhf\n" + LINE.format(","),
        "resh;navn;hf;rhf\r\n" + LINE.format(";") + "\r\n",
        "\ufeffresh;navn;hf;rhf\n 100082 ; Haukeland;Helse  Bergen HF;Helse Vest RHF\n\n",
        "rhf;kommentar;hf;navn;resh\nHelse Vest RHF;x;Helse Bergen HF;Haukeland;100082\n",
    ],
    ids=["komma", "semikolon", "excel", "rekkefølge"],
)
def test_a_file_as_hospitals_write_it(text: str) -> None:
    assert units.read("enheter.csv", text.encode()) == [ONE]


def test_the_suggested_units_are_right() -> None:
    suggested = [Unit(**row) for row in code_lists.read("enheter")]
    assert len(suggested) == 13
    for n, unit in enumerate(suggested):
        assert unit == unit.tidy and units.problems(unit, suggested[:n]) == []


def wrong(raw: bytes) -> list[str]:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-234") as refused:
        units.read("enheter.csv", raw)
    assert f"har {len(refused.value.problems)} feil" in str(refused.value)
    return [told.melding for told in refused.value.problems]


def test_every_line_that_is_wrong_is_told_in_its_own_sentence() -> None:
    text = (
        f"resh;navn;hf;rhf\n{LINE.format(';')}\n12a;;Et HF;Helse Nord RHF\n100082;Haukeland;Et HF;Helse Nord RHF\n"
        f"1;{'x' * 101};Et HF\n2;To;Et HF;Helse Nord RHF;mer\n"
    )
    assert wrong(text.encode()) == [
        "Linje 3: RESH-id: «12a» kan bare ha siffer. Finn den i RESH-registeret.",
        "Linje 3: Oppgi Navn for enheten.",
        "Linje 4: RESH-id: «100082» er allerede brukt om en annen enhet. Velg et annet.",
        "Linje 4: Navn: «Haukeland» er allerede brukt om en annen enhet. Velg et annet.",
        f"Linje 5: Navn: «{'x' * 100} …» er for langt. Bruk høyst 100 tegn.",
        "Linje 5: Oppgi Region (RHF) for enheten.",
        "Linje 6: linjen har flere felt enn overskriften.",
    ]


def test_each_thing_wrong_is_told_at_its_field() -> None:
    there = [ONE]
    for unit, told in [
        (Unit("", "N", "H", "R"), [("REG-100", "resh")]),
        (Unit("12a", "x" * 101, "H", ""), [("REG-236", "resh"), ("REG-101", "navn"), ("REG-100", "rhf")]),
        (Unit("100082", "haukeland", ONE.hf, ONE.rhf), [("REG-237", "resh"), ("REG-237", "navn")]),
    ]:
        # Of a unit, and of no form.
        assert [(p.code, p.skjema, p.variabel) for p in units.problems(unit, there)] == [(c, "", v) for c, v in told]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "kolonnen resh, navn, hf, rhf mangler"),
        (b"resh;navn\n1;x\n", "kolonnen hf, rhf mangler"),
        (b"resh;navn;hf;rhf\n", "filen har ingen enheter"),
        ("resh;navn;hf;rhf\n1;Ålesund;x;y".encode("latin-1"), "ikke i tegnsettet UTF-8"),
        (b'resh;navn;hf;rhf\n1;"' + b"x" * 200_000 + b'";a;b\n', "kan ikke leses som csv"),
        ("resh;navn;hf;rhf\n١٢٣;Sykehus;x;y\n".encode(), "kan bare ha siffer"),
    ],
)
def test_what_is_no_such_file_is_refused_in_one_sentence(raw: bytes, sentence: str) -> None:
    (told,) = wrong(raw)
    assert sentence in told and told.startswith("Linje ")
