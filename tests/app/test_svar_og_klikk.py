"""A run that the next click cuts off loses neither the answer of a question that stands alone nor a click in a form's bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

from app.components import field, form_bar
from app.components.choice_row import choice_row
from app.components.date_field import date_field

KEY = "felt"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page holds: it comes with every run, until the user answers otherwise."""
    held: dict[str, Any] = {}
    for module in (field, form_bar):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=held))
    monkeypatch.setattr(field, "_component", lambda **_: None)
    return held


def answer(page: dict[str, Any], nr: int, verdi: Any, tekst: str | None = None) -> None:
    page[KEY] = {"svar": {"nr": nr, "verdi": verdi, "tekst": tekst}}


@contextmanager
def cut_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run that ends while the question is drawn."""

    def stop(**_: Any) -> None:
        raise StopException

    with monkeypatch.context() as patch, pytest.raises(StopException):
        patch.setattr(field, "_component", stop)
        yield


def day() -> Any:
    return field.mount(date_field("Fra", None, key=KEY))


def part() -> Any:
    return field.mount(choice_row("Vis", [(1, "Oversikt"), (2, "Kontroll")], 1, key=KEY), always=True)


@pytest.mark.parametrize(("draw", "given", "value"), [(day, "2026-11-20", "2026-11-20"), (part, 2, "2")])
def test_svaret_leses_av_den_kjoeringen_som_kommer_etter_en_som_ble_avbrutt(
    page: dict[str, Any], monkeypatch: pytest.MonkeyPatch, draw: Callable[[], Any], given: Any, value: str
) -> None:
    answer(page, 1, given)
    with cut_off(monkeypatch):
        draw()
    assert str(draw()) == value
    page[KEY] = None
    assert str(draw()) == value


def test_et_gammelt_svar_som_kommer_tilbake_gjelder_ikke(page: dict[str, Any]) -> None:
    answer(page, 2, None, "32.13")
    assert (day(), field.not_understood(KEY)) == (None, "32.13")
    answer(page, 1, "2026-11-20")
    assert (day(), field.not_understood(KEY)) == (None, "32.13")
    field.empty(KEY)
    assert field.not_understood(KEY) == ""


def test_et_valg_som_alltid_har_et_svar_kan_ikke_tas_bort(page: dict[str, Any]) -> None:
    answer(page, 1, 2)
    assert (field.answered(KEY, 1), part()) == (2, 2)
    answer(page, 2, None)
    assert part() == 2


def test_et_klikk_i_linjen_gjores_en_gang_ogsaa_naar_kjoringen_ble_avbrutt(page: dict[str, Any]) -> None:
    done: list[str] = []

    def run(*, cut: bool = False) -> None:
        with form_bar.clicked(KEY) as event:
            if event and cut:
                raise StopException
            if event:
                done.append(event["handling"])

    run()
    number = form_bar._number(form_bar._memory(KEY))
    page[KEY] = {"hendelse": {"handling": "lagre", "nr": number}}
    with pytest.raises(StopException):
        run(cut=True)
    for _ in range(2):  # sent again, or the second click of a double click
        run()
    assert done == ["lagre"]
