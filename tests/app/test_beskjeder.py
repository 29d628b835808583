"""What was done is said once, on a page that the browser was given whole."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from app.ui import notices

SAID = "Nytt forløp er opprettet."


def page() -> None:
    """A page that may be cut off by something new after its messages, as a click or a new address does."""
    import streamlit as st

    from app.ui import notices

    notices.place()
    if st.session_state.pop("avbrytes", False):
        st.rerun()
    notices.placed()


def shown(*, cut_off: bool) -> AppTest:
    app = AppTest.from_function(page)
    app.session_state[notices._LATER] = SAID  # what `later` keeps
    app.session_state["avbrytes"] = cut_off
    return app.run()


def messages(app: AppTest) -> list[str]:
    return [html.proto.body for html in app.get("html")]


def test_beskjeden_sies_en_gang() -> None:
    app = shown(cut_off=False)
    assert SAID in messages(app)[0]
    assert messages(app.run()) == []


def test_en_kjoering_som_avbrytes_tar_ikke_beskjeden_med_seg() -> None:
    app = shown(cut_off=True)
    assert SAID in messages(app)[0]
    assert messages(app.run()) == []


def refusing() -> None:
    """A page that refuses a recipe whose text somebody else has written."""
    from app.ui import notices
    from exports.recipe_text import words_of
    from exports.selection import recipe

    with notices.refusals():
        recipe(words_of(b'tabeller: "![x](/leveranser/fil)"', "min.yaml"), "min.yaml")
    notices.refused("Kolonnen «![a](/b) !\\[c\\](/d)» finnes ikke.")


def test_det_som_gjentas_av_en_fil_blir_ingen_lenke_og_intet_bilde() -> None:
    """Found: a picture in a recipe made the browser fetch the published file, and the log said that the user did."""
    first, second = (error.value for error in AppTest.from_function(refusing).run().error)
    assert "«!\\[x\\](/leveranser/fil)» kan ikke brukes" in first
    assert second == "Kolonnen «!\\[a\\](/b) !\\\\\\[c\\\\\\](/d)» finnes ikke."
