"""Proves that a file which the national results portal would send back is known here, and one that it would show wrong too.

The cases were tried on the portal's own program (mong/imongr 2.11.2); what each of them fails there is what it must fail here.
"""

from __future__ import annotations

import pytest

from checks.resultatportal import own, receiver
from checks.resultatportal.own import Meant
from checks.resultatportal.receiver import Portal

HEAD = "context;year;orgnr;ind_id;var;denominator\n"
GOOD = "caregiver;2025;974557746;smerte_a;3;6\n"
MEDIAN = "caregiver;2025;974557746;smerte_m;12,5;6\n"
LEVELS = {"974557746": "hospital", "974749025": "hospital", "983974724": "hf", "983658725": "rhf", "1": "nation"}
PORTAL = Portal("smertereg", LEVELS, {"smerte_a": "andel", "smerte_dg": "dg_andel", "smerte_m": "median"})
MEANT = Meant(2025, 5, {"974557746": "983974724", "974749025": "883974832"})
OF_DENOMINATORS = ["numeric_denominator", "natural_denominator", "zero_denominator"]
OF_YEARS = ["numeric_year", "natural_year"]
OF_VAR = ["numeric_var", "natural_var"]


def one(**changed: str) -> str:
    """A file of one good row with some of its values changed."""
    values = dict(zip(HEAD.strip().split(";"), GOOD.strip().split(";"), strict=True)) | changed
    return HEAD + ";".join(values.values()) + "\n"


CASES: dict[str, tuple[str, list[str]]] = {
    "en rad som er i orden": (one(), []),
    "kolonnene i en annen rekkefølge": (
        "var;denominator;ind_id;orgnr;year;context\n3;6;smerte_a;974557746;2025;caregiver\n",
        [],
    ),
    "uten denominator, som da er 1": ("context;year;orgnr;ind_id;var\ncaregiver;2025;974557746;smerte_a;1\n", []),
    "tomme rader": (HEAD + "\n;;;;;\n" + GOOD + "\n", []),
    "en kolonne mangler": (
        "context;orgnr;ind_id;var;denominator\ncaregiver;974557746;smerte_a;3;6\n",
        ["missing_var", *OF_YEARS, "duplicated_inds"],
    ),
    "en kolonne er feilskrevet": (
        HEAD.replace("context", "Context") + GOOD,
        ["missing_var", "invalid_var", "invalid_context", "duplicated_inds"],
    ),
    "en kolonne for mye": (HEAD.strip() + ";merknad\n" + GOOD.strip() + ";x\n", ["invalid_var"]),
    "context med stor forbokstav": (one(context="Caregiver"), ["invalid_context"]),
    "et ukjent orgnr": (one(orgnr="999999999"), ["invalid_org"]),
    "en ukjent ind_id": (one(ind_id="annet_a"), ["invalid_ind"]),
    "desimaltegnet er et annet": (one(var="0.6"), OF_VAR),
    "en teller som ikke er et helt tall": (one(var="0,5"), ["natural_var"]),
    "en negativ teller": (one(var="-1"), ["natural_var"]),
    "en teller mangler": (HEAD + GOOD + one(var="NA").removeprefix(HEAD), ["natural_var", "values_exists"]),
    "en teller er tekst": (one(var="tre"), OF_VAR),
    "en nevner er tekst": (one(denominator="seks"), OF_DENOMINATORS),
    "en nevner som ikke er et helt tall": (one(denominator="1,5"), ["natural_denominator"]),
    "en negativ nevner": (one(denominator="-1"), ["natural_denominator", "zero_denominator"]),
    "nevneren er 0": (one(denominator="0"), ["zero_denominator"]),
    "året er ikke et tall": (one(year="2025a"), OF_YEARS),
    "et år mangler": (HEAD + GOOD + one(year="NA").removeprefix(HEAD), [*OF_YEARS, "values_exists"]),
    "året er ikke et helt tall": (one(year="2025,5"), ["natural_year"]),
    "en tom verdi": (HEAD + GOOD + one(context="").removeprefix(HEAD), ["invalid_context", "values_exists"]),
    "samme median to ganger": (HEAD + MEDIAN * 2, ["duplicated_inds"]),
    "bare overskrifter": (HEAD, [*OF_VAR, *OF_DENOMINATORS, *OF_YEARS, "duplicated_inds"]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_portal_sends_back_is_known_before(case: str) -> None:
    text, expected = CASES[case]
    assert receiver.failed(receiver.read(text), PORTAL) == expected


def test_without_a_registry_only_that_is_told() -> None:
    nobody = Portal("", LEVELS, PORTAL.types)
    assert receiver.failed(receiver.read(HEAD), nobody) == ["missing_registry"]


def test_there_are_the_fifteen_controls_of_the_portal_and_each_has_words() -> None:
    assert len(receiver.CONTROLS) == 15 and len(CASES) == 25
    assert receiver.MEANING.keys() == receiver.CONTROLS.keys() and own.MEANING.keys() == own.CONTROLS.keys()
    failing = {name for _, expected in CASES.values() for name in expected}
    assert failing | {"missing_registry"} == set(receiver.CONTROLS)


def test_the_file_is_read_with_the_separator_and_the_decimal_that_are_chosen() -> None:
    text = one(var="0.5").replace(";", ",")
    assert receiver.failed(receiver.read(text, ",", "."), PORTAL) == ["natural_var"]
    assert "missing_var" in receiver.failed(receiver.read(text), PORTAL)


def test_a_mean_has_decimals_and_may_stand_at_every_level() -> None:
    levels = [MEDIAN.replace("974557746", org) for org in ("983974724", "983658725", "1")]
    table = receiver.read(HEAD + MEDIAN + "".join(levels))
    assert receiver.failed(table, PORTAL) == [] and own.failed(table, PORTAL, MEANT) == []


SHOWN_WRONG: dict[str, tuple[str, list[str]]] = {
    "teller over nevner": (one(var="7"), ["teller_over_nevner"]),
    "en andel to ganger": (HEAD + GOOD * 2, ["gjentatt_andel"]),
    "andeler og medianer": (HEAD + GOOD + MEDIAN, ["blandede_typer"]),
    "en negativ median": (HEAD + MEDIAN.replace("12,5", "-2"), ["negativ_verdi"]),
    "år 0": (one(year="0"), ["annet_aar"]),
    "et år som ikke er kommet": (one(year="3025"), ["annet_aar"]),
    "sykehuset og helseforetaket": (HEAD + GOOD + GOOD.replace("974557746", "983974724"), ["to_nivaaer"]),
    "en liten nevner": (one(denominator="4"), ["liten_nevner"]),
}


@pytest.mark.parametrize("case", SHOWN_WRONG)
def test_what_the_portal_takes_and_shows_wrong_is_refused_by_us(case: str) -> None:
    text, expected = SHOWN_WRONG[case]
    table = receiver.read(text)
    assert (receiver.failed(table, PORTAL), own.failed(table, PORTAL, MEANT)) == ([], expected)


def test_two_hospitals_two_indicators_and_a_denominator_at_the_limit_are_nothing_wrong() -> None:
    rows = [GOOD, GOOD.replace("974557746", "974749025"), GOOD.replace("smerte_a", "smerte_dg").replace(";6", ";5")]
    table = receiver.read(HEAD + "".join(rows))
    assert (receiver.failed(table, PORTAL), own.failed(table, PORTAL, MEANT)) == ([], [])


def test_a_row_without_its_values_is_left_to_the_portals_own_controls() -> None:
    for text in (HEAD, "var\n3\n", one(var="tre"), one(year="NA")):
        own.failed(receiver.read(text), PORTAL, MEANT)
