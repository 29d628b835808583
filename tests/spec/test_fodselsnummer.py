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


# First and last year, first and last individual number, as the Folkeregister gives them out.
SERIES = [(1854, 1899, 500, 749), (1900, 1999, 0, 499), (1940, 1999, 900, 999), (2000, 2031, 500, 999)]
SERIES_D = [
    (1858, 1899, 500, 599),
    (1900, 1939, 0, 199),
    (1940, 1999, 0, 499),
    (1940, 1999, 600, 999),
    (2000, 2031, 200, 999),
]


def number_with(year: int, individual: int, day_offset: int = 0) -> tuple[str, date]:
    """A number with this individual number and its date, on the first day of the year that has control digits."""
    for month in range(1, 13):
        for day in range(1, 29):
            start = f"{day + day_offset:02}{month:02}{year % 100:02}{individual:03}"
            if number := _with_control(start, 0):
                return number, date(year, month, day)
    raise AssertionError("ingen dato i året har kontrollsiffer")


@pytest.mark.parametrize(
    ("year", "individual", "offset"),
    [
        (year, i, offset)
        for offset, all_ in ((0, SERIES), (40, SERIES_D))
        for *years, a, b in all_
        for year in years
        for i in (a, b)
    ],
)
def test_seriens_forste_og_siste_nummer_gir_aarhundret(year: int, individual: int, offset: int) -> None:
    number, born = number_with(year, individual, offset)
    found = read(number, date(2031, 12, 31), test_persons=False)
    assert (found.birth_date, found.possible_dates) == (born, (born,))


@pytest.mark.parametrize(
    ("year", "individual", "offset", "means"),
    [
        (54, 499, 0, 1954),
        (54, 749, 0, 1854),
        (54, 750, 0, None),
        (53, 500, 0, None),
        (53, 749, 0, None),
        (39, 500, 0, "later"),
        (40, 500, 0, None),
        (39, 900, 0, "later"),
        (40, 899, 0, None),
        (40, 900, 0, 1940),
        (57, 500, 40, None),
        (58, 500, 40, 1858),
        (58, 599, 40, 1858),
        (58, 600, 40, 1958),
        (39, 199, 40, 1939),
        (39, 200, 40, 1939),
        (39, 499, 40, 1939),
        (39, 500, 40, "later"),
        (40, 499, 40, 1940),
        (40, 500, 40, None),
        (40, 599, 40, None),
        (40, 600, 40, 1940),
    ],
)
def test_like_ved_siden_av_seriene_er_det_et_annet_aarhundre_eller_ingen_dato(
    year: int, individual: int, offset: int, means: int | str | None
) -> None:
    number, _ = number_with(year, individual, offset)
    today = date(2031, 12, 31)
    if means is None:
        assert refused(number, today=today, test_persons=False).code == "REG-043"
    elif means == "later":
        assert refused(number, today=today, test_persons=False).code == "REG-045"
    else:
        born = read(number, today, test_persons=False).birth_date
        assert born is not None and born.year == means


def test_et_nytt_nummer_regnes_ikke_til_en_eldre_enn_120_aar() -> None:
    today = date(2032, 6, 1)
    just = read(number_with(1912, 100)[0], today, test_persons=False)
    older = read(number_with(1911, 100)[0], today, test_persons=False)
    assert [born.year for born in just.possible_dates] == [1912, 2012]
    assert (just.birth_date, [born.year for born in older.possible_dates]) == (None, [2011])
    assert older.birth_date == older.possible_dates[0]


def test_et_nytt_nummer_kan_vaere_gitt_samme_dag_men_ikke_dagen_foer() -> None:
    number = make(date(2032, 1, 2), 1, 0)
    assert date(2032, 1, 2) in read(number, date(2032, 1, 2)).possible_dates
    assert read(number, date(2032, 1, 1)).possible_dates == (date(1932, 1, 2),)


def test_2032_regelen_gjelder_ogsaa_et_nummer_som_kom_for_tidlig() -> None:
    found = read(make(date(1985, 6, 1), 1, 0, remainder=2), date(2026, 11, 23))
    assert (found.birth_date, found.sex) == (date(1985, 6, 1), None)
    found = read(make(date(2020, 6, 1), 1, 0, remainder=2), date(2026, 11, 23))
    assert (found.birth_date, found.possible_dates) == (None, (date(1920, 6, 1), date(2020, 6, 1)))


@pytest.mark.parametrize("day_and_month", ["3201", "3104", "0013", "0193", "4141", "7201", "0000"])
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
