"""Chart frames: what is added up, what is drawn, and what is empty."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from app.results.charts import lokal, stacked
from app.results.charts import lokal_behandling as behandling
from app.results.charts import lokal_eprom as eprom
from app.results.charts import lokal_henvisning as henvisning
from app.results.charts import lokal_smerte as smerte
from app.results.charts import lokal_svar as svar
from app.results.charts.as_table import as_csv
from app.results.charts.look import LIGHT
from checks.small_numbers import SMALLEST
from exports.figures.data import Period
from exports.figures.numbers import Numbers, pairs
from exports.figures.shares import HELD_BACK
from tests.chart_numbers import numbers_of, parts


def test_months_without_registrations_are_drawn_as_nothing() -> None:
    months = Period(date(2026, 1, 1), date(2026, 3, 1)).months
    frame = pl.DataFrame({"maaned": [date(2026, 1, 1), date(2026, 3, 1)], "n": [4, 6]})
    drawn = parts(henvisning.registrations(numbers_of(months=frame), months, LIGHT))
    assert list(drawn.figure.data[0].y) == [4, 0, 6]
    assert "10" in drawn.figure.layout.title.subtitle.text
    assert drawn.table["Forløp"].to_list() == [4, 0, 6]


@pytest.mark.parametrize(("most", "step"), [(1, 1), (4, 1), (40, None)])
def test_few_registrations_are_not_counted_in_halves(most: int, step: int | None) -> None:
    months = [date(2026, 1, 1)]
    frame = pl.DataFrame({"maaned": months, "n": [most]})
    drawn = parts(henvisning.registrations(numbers_of(months=frame), months, LIGHT))
    assert drawn.figure.layout.yaxis.dtick == step


def test_visits_show_share_and_count_and_what_is_unanswered_last() -> None:
    found = numbers_of(tilsyn={0: ("Ikke besvart", 1, None), 1: ("Ja", 3, None), 2: ("Nei", 0, None)})
    drawn = parts(henvisning.visits(found, LIGHT))
    told = [words for _, words in drawn.figure.data[0].customdata]
    assert told == ["75,0\u00a0% (3)", "0,0\u00a0% (0)", "25,0\u00a0% (1)"]
    assert drawn.table["Svar"].to_list() == ["Ja", "Nei", "Ikke besvart"]


def test_an_answer_that_nobody_gave_stands_in_its_place_with_0() -> None:
    """Found on ad0e55f: «Fornøyd» left out the least satisfied answers when nobody had given them."""
    answers = {1: "Ikke i det hele tatt", 2: "I liten grad", 3: "I noen grad", 4: "I stor grad", 9: "Vet ikke"}
    given = {code: (words, 5 if code == 4 else 0, 0 if code < 4 else 90) for code, words in answers.items()}
    drawn = parts(svar.satisfied(numbers_of(fornoyd=given), LIGHT))
    assert drawn.table["Svar"].to_list() == list(answers.values())
    assert drawn.table["Forløp"].to_list() == [0, 0, 0, 5, 0]


def test_a_line_of_all_units_that_is_held_back_is_explained_under_the_chart() -> None:
    few = numbers_of(tilsyn={1: ("Ja", 3, 97), 2: ("Nei", 1, 2), 3: ("Nei, andre", 2, 50)})
    assert HELD_BACK in parts(henvisning.visits(few, LIGHT)).notes
    none_at_all = numbers_of(samme_dag={1: ("Samme dag", 3, 1), 0: ("Senere", 1, 2)})
    assert parts(henvisning.readiness(none_at_all, LIGHT)).notes == (HELD_BACK,)
    for shown in ({1: ("Ja", 3, 97), 2: ("Nei", 1, 99)}, {1: ("Ja", 3, None), 2: ("Nei", 1, None)}):
        assert parts(henvisning.visits(numbers_of(tilsyn=shown), LIGHT)).notes == ()


def test_a_share_of_all_units_that_the_table_lacks_is_explained_under_the_stacked_bars() -> None:
    asked = {1: ("Besvart", 3, 2), 0: ("Ikke besvart ennå", 1, 1), 21: ("Ønsker ikke", 2, 1)}
    drawn = parts(svar.answered(numbers_of(svar_hads=asked), LIGHT))
    assert drawn.table["Besvart, alle enheter (%)"].to_list() == [None] and drawn.notes == (stacked.HELD_BACK,)
    sent = numbers_of(eprom_eval={1: ("Sendt", 6, 4)}, eprom_svar_eval=asked)
    assert parts(eprom.sent(sent, LIGHT)).notes == (stacked.HELD_BACK,)
    assert parts(eprom.reasons(sent, LIGHT)).notes == (HELD_BACK,)
    for others in (None, 90):
        shown = {code: (words, n, others) for code, (words, n, _) in asked.items()}
        found = numbers_of(svar_hads=shown, eprom_eval={1: ("Sendt", 6, others)}, eprom_svar_eval=shown)
        for chart in (svar.answered, eprom.sent, eprom.reasons):
            assert parts(chart(found, LIGHT)).notes == ()


def test_smertekategori_says_what_its_reading_leaves_out_and_the_other_reading_stands_beside_it() -> None:
    words = {1: "Akutt smerte", 2: "Langvarig smerte"}
    found = numbers_of(
        smertekategori={1: (words[1], 4, None), 2: (words[2], 1, None)},
        smertekategori_forste={1: (words[1], 3, None), 2: (words[2], 4, None)},
    )
    first, other = parts(smerte.pain(found, LIGHT)), parts(smerte.pain_first(found, LIGHT))
    assert "den som ble registrert først" in first.notes[0]
    assert "2\u00a0forløp med smertediagnose har ingen hoveddiagnose og er ikke med her." in first.notes[0]
    assert (first.table["Forløp"].to_list(), other.table["Forløp"].to_list()) == ([4, 1], [3, 4])


def test_all_units_are_shown_in_whole_per_cent_and_never_as_counts() -> None:
    drawn = parts(henvisning.visits(numbers_of(tilsyn={1: ("Ja", 3, 97), 2: ("Nei", 1, 99)}), LIGHT))
    assert drawn.table["Alle enheter (%)"].to_list() == [50, 50]
    assert "grå strek" in drawn.figure.layout.title.subtitle.text


@pytest.mark.parametrize(
    ("others", "smallest", "shown"),
    [
        ([100, 100, 0], 5, [True, True, True]),
        ([100, 50, 4], 5, [True, False, False]),
        ([100, 50, 4], 4, [True, True, True]),
        ([100, 50, 9], 10, [True, False, False]),
        ([100, 3, 4], 5, [True, False, False]),
        ([2, 1, 1], 5, [False, False, False]),
    ],
)
def test_what_few_others_have_is_neither_shown_nor_found_by_subtraction(
    others: list[int], smallest: int, shown: list[bool]
) -> None:
    answers = {code: (str(code), 10, n) for code, n in enumerate(others)}
    found = numbers_of(smallest=smallest, tilsyn=answers).of("tilsyn")
    assert [answer.nation is not None for answer in found.answers] == shown


NAME = '<a href="x">A</a> & B'


def test_a_name_that_looks_like_html_is_shown_as_it_is_and_made_into_nothing() -> None:
    frame = pl.DataFrame({"avdeling": [NAME, "C"], "n": [3, 4]})
    drawn = parts(henvisning.avdelinger(numbers_of(avdelinger=frame), LIGHT))
    assert "<a" not in str(drawn.figure.to_dict())
    assert drawn.table["Svar"].to_list() == ["C", NAME]
    assert drawn.figure.data[0].customdata[1][0] == '&lt;a href="x"&gt;A&lt;/a&gt; &amp; B'


def test_of_the_sent_forms_each_is_in_one_state_and_the_table_has_the_reasons() -> None:
    found = numbers_of(
        eprom_eval={1: ("Sendt", 9, None), 2: ("Bestilt", 1, None), 3: ("Kunne ikke sendes", 2, None)},
        eprom_svar_eval={
            1: ("Besvart", 4, 40),
            2: ("Papir", 1, 9),
            0: ("Venter", 1, 9),
            3: ("Stoppet", 1, 9),
            27: ("Ikke besvart ePROMS", 2, 33),
        },
    )
    drawn = parts(eprom.sent(found, LIGHT))
    assert drawn.table.row(0) == ("Eval", 12, 2, 9, 4, 1, 2, 2, 2, 40)
    assert drawn.table.columns[-2] == "Årsak: Ikke besvart ePROMS"
    assert sum(trace.x[0] for trace in drawn.figure.data) == pytest.approx(100)
    assert "12\u00a0skjemaer bestilt, 9 sendt, 2 kunne ikke sendes" in drawn.figure.layout.title.subtitle.text
    why = parts(eprom.reasons(found, LIGHT)).table
    assert why.row(0) == ("Eval: Ikke besvart ePROMS", 2, 9, 22.2, 32)


def test_forms_that_were_ordered_and_not_sent_have_no_chart_of_what_was_sent() -> None:
    found = numbers_of(eprom_eval={2: ("Bestilt", 1, None)}, eprom_svar_eval={1: ("Besvart", 0, None)})
    assert eprom.sent(found, LIGHT) is None and eprom.reasons(found, LIGHT) is None


def test_avdelinger_beyond_the_ten_largest_are_added_up() -> None:
    frame = pl.DataFrame({"avdeling": [f"A{i:02}" for i in range(12)], "n": list(range(1, 13))})
    drawn = parts(henvisning.avdelinger(numbers_of(avdelinger=frame), LIGHT))
    assert drawn.table.row(-1)[:2] == ("2 andre", 3)


def test_complications_are_counted_among_those_who_had_the_blockade() -> None:
    drawn = parts(
        behandling.blockades(
            numbers_of(
                sentral_blokade={1: ("Ja", 10, None), 0: ("Nei", 90, None)},
                sentral_komplikasjon={1: ("Ja", 1, None), 0: ("Nei", 9, None)},
            ),
            LIGHT,
        )
    )
    assert drawn.table.select("Forløp", "Av", "Andel (%)").rows() == [(10, 100, 10.0), (1, 10, 10.0)]


def test_hads_bands_are_cut_at_8_and_11() -> None:
    scores = {n: (str(n), {7: 1, 8: 1, 10: 1, 11: 1}.get(n, 0), None) for n in range(22)}
    drawn = parts(svar.anxiety(numbers_of(hads_angst=scores), LIGHT))
    said = [note.text for note in drawn.figure.layout.annotations]
    assert said == ["<b>25\u00a0%</b> 0–7", "<b>50\u00a0%</b> 8–10", "<b>25\u00a0%</b> 11 og over"]


def test_forms_closed_with_a_reason_are_told_apart_from_open_ones() -> None:
    states = {0: ("Ikke besvart ennå", 2, None), 1: ("Besvart", 5, None), 24: ("Pasient klarer ikke", 3, None)}
    drawn = parts(svar.answered(numbers_of(svar_hads=states), LIGHT))
    assert drawn.table.row(0)[:5] == ("HADS", 10, 5, 2, 3)
    assert parts(svar.reasons(numbers_of(svar_hads=states), LIGHT)).table.row(0)[:2] == ("Pasient klarer ikke", 3)


def test_a_change_is_drawn_from_first_to_last() -> None:
    (pair,) = pairs(
        [
            {
                "maal": "StSmRo",
                "n": 2,
                "forste": 14.0,
                "siste": 9.0,
                "n_ned": 1,
                "n_opp": 0,
                "alle_n": 4,
                "alle_forste": 20.0,
                "alle_siste": 10.0,
                "andre_n": 2,
            }
        ],
        SMALLEST,
    ).values()
    assert (pair.first, pair.last, pair.nation) == (7.0, 4.5, None)  # the other units have two: not shown
    drawn = parts(smerte.intensity(Numbers({}, {"StSmRo": pair}, pl.DataFrame(), pl.DataFrame()), LIGHT))
    assert drawn.table.row(0)[1:7] == (2, 7.0, 4.5, 1, 1, 0)


@pytest.mark.parametrize("section", lokal.SECTIONS)
def test_nothing_to_show_is_a_sentence(section: str) -> None:
    for _, drawn, empty in lokal.drawn(section, numbers_of(), [date(2026, 1, 1)], LIGHT):
        assert drawn is None
        assert empty.endswith(".")


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-x", "@sum", "\tx"])
def test_a_spreadsheet_runs_nothing_of_a_csv(text: str) -> None:
    assert as_csv(pl.DataFrame({text: [text], "n": [-1]})).splitlines() == [f"\ufeff'{text};n", f"'{text};-1"]


def test_a_csv_rounds_to_four_decimals() -> None:
    assert as_csv(pl.DataFrame({"Andel": [1 / 3, 2.0]})) == "\ufeffAndel\r\n0,3333\r\n2,0\r\n"


def test_csv_is_as_the_other_files_of_the_register() -> None:
    frame = pl.DataFrame({"Måned": [date(2026, 1, 1)], "Andel (%)": [12.5], "Tom": [None]})
    assert as_csv(frame) == "\ufeffMåned;Andel (%);Tom\r\n2026-01-01;12,5;\r\n"
