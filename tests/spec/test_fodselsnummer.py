"""Manualens «Ny registrering»: fødselsnummer som godtas, og setningen som sies når det ikke godtas.

Numrene lages i testen; ingen av dem står skrevet her.
"""

from datetime import date

import pytest

from checks.errors import RegisterError
from checks.identity import _with_control, make, mask, parse

TODAY = date(2026, 11, 23)
BORN = date(1980, 1, 15)


def read(number: str, today: date = TODAY, **options):
    return parse(number, test_persons=options.pop("test_persons", True), today=today, **options)


def refused(number: str, **options) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        read(number, **options)
    return caught.value


def valid_control_digits(start: str, individuals: range) -> str:
    """A number whose control digits fit, so that only what precedes them can be wrong."""
    return next(n for i in individuals if (n := _with_control(f"{start}{i}", 0)))


def with_other_digit(number: str, place: int) -> str:
    return number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]


@pytest.mark.manual("Ny registrering 2")
@pytest.mark.parametrize("text", ["", "1", "0" * 10, "0" * 12])
def test_om_du_velger_norsk_type_skal_det_vaere_11_siffer(text: str) -> None:
    error = refused(text)
    assert error.code == "REG-040"
    assert str(error).startswith("Fødselsnummeret må ha 11 siffer")


def test_bokstaver_og_andre_tegn_godtas_ikke() -> None:
    assert refused("150180abcde").code == "REG-041"
    assert refused("١٥٠١٨٠١٢٣٤٥").code == "REG-041"


def test_mellomrom_etter_datoen_godtas() -> None:
    number = make(BORN, 1, 0)
    assert read(f" {number[:6]} {number[6:]} ").number == number


@pytest.mark.parametrize("kind", ["fodselsnummer", "d-nummer", "h-nummer"])
@pytest.mark.parametrize("sex", [1, 2])
@pytest.mark.parametrize("born", [date(1931, 5, 2), BORN, date(2004, 2, 29), date(2024, 12, 31)])
def test_vanlig_nummer_d_nummer_og_h_nummer_godtas_med_fodselsdato_og_kjonn(kind, sex, born) -> None:
    found = read(make(born, sex, 3, synthetic=False, kind=kind), test_persons=False)
    assert (found.kind, found.birth_date, found.sex, found.synthetic) == (kind, born, sex, False)


def test_syntetisk_nummer_godtas_bare_naar_testpersoner_er_tillatt() -> None:
    number = make(BORN, 2, 0)
    assert number[2:4] == "81"
    assert read(number).synthetic
    assert refused(number, test_persons=False).code == "REG-044"


def test_syntetisk_d_nummer_leses_med_riktig_dato() -> None:
    found = read(make(BORN, 2, 0, kind="d-nummer"))
    assert (found.kind, found.birth_date, found.synthetic) == ("d-nummer", BORN, True)


@pytest.mark.parametrize("place", [9, 10])
def test_feil_kontrollsiffer_avvises(place: int) -> None:
    number = make(BORN, 1, 0, remainder=3)
    assert refused(with_other_digit(number, place)).code == "REG-042"


@pytest.mark.parametrize("remainder", [0, 1, 2, 3])
def test_kontrollregelen_fra_2032_godtar_fire_rester(remainder) -> None:
    number = make(BORN, 1, 0, remainder=remainder)
    assert read(number).number == number
    assert read(number, regel="2032").number == number
    if remainder:
        assert refused(number, regel="dagens").code == "REG-042"
    else:
        assert read(number, regel="dagens").number == number


def test_nummer_etter_2032_regelen_sier_ikke_kjonn() -> None:
    assert read(make(BORN, 1, 0, remainder=1)).sex is None


def test_fra_2032_sier_heller_ikke_et_nummer_med_dagens_rest_kjonn() -> None:
    number = make(BORN, 1, 0)
    assert read(number, date(2031, 12, 31)).sex == 1
    assert read(number, date(2032, 1, 1)).sex is None


def test_fra_2032_er_aarhundret_ukjent_naar_to_er_mulige_og_datoen_maa_spoerres_om() -> None:
    number = make(date(2024, 3, 1), 1, 0)
    assert read(number).birth_date == date(2024, 3, 1)
    found = read(number, date(2032, 1, 1))
    assert found.birth_date is None
    assert found.possible_dates == (date(1924, 3, 1), date(2024, 3, 1))
    assert read(make(BORN, 1, 0), date(2032, 1, 1)).birth_date == BORN


@pytest.mark.parametrize(
    ("born", "individual_from", "individual_to"), [(date(1985, 6, 1), 600, 999), (date(2005, 6, 1), 200, 499)]
)
def test_d_nummer_fra_2021_serien_faar_riktig_aarhundre(born, individual_from, individual_to) -> None:
    serials = range(350)
    for serial in serials:
        number = make(born, 1, serial, kind="d-nummer")
        if individual_from <= int(number[6:9]) <= individual_to:
            assert read(number).birth_date == born
            break
    else:
        pytest.fail("serien ga ingen numre")


def test_gammelt_d_nummer_fra_for_serien_ble_flyttet_dateres_ikke_fram_i_tid() -> None:
    later = make(date(2035, 6, 1), 1, 330, kind="d-nummer")
    assert 200 <= int(later[6:9]) <= 499
    assert read(later).birth_date == date(1935, 6, 1)


@pytest.mark.parametrize("day_and_month", ["3201", "3104", "0013", "0193", "4141", "8101", "0000"])
def test_umulig_dato_avvises(day_and_month: str) -> None:
    number = valid_control_digits(f"{day_and_month}80", range(100, 400))
    assert refused(number).code == "REG-043"


def test_29_februar_finnes_bare_i_skuddaar() -> None:
    number = valid_control_digits("290281", range(100, 400))
    assert refused(number).code == "REG-043"


def test_individnummer_utenfor_seriene_avvises() -> None:
    number = valid_control_digits("150180", range(800, 899))
    assert refused(number).code == "REG-043"


def test_fodselsdato_fram_i_tid_avvises() -> None:
    number = make(date(2026, 11, 24), 1, 0)
    assert refused(number).code == "REG-045"
    assert read(number, date(2026, 11, 24)).birth_date == date(2026, 11, 24)


def test_fodselsnummer_maskeres_i_lister() -> None:
    number = make(BORN, 1, 0)
    assert mask(number) == f"{number[:6]} *****"
    assert mask("PASS12") == "*****"
