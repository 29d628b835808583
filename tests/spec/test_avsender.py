"""Messages to patients say which hospital they are from and whom to call, and nothing of an illness (docs/adr/032)."""

from __future__ import annotations

from datetime import date

import pytest

from checks.errors import InvalidAnswers, RegisterError
from checks.senders import LONGEST, REVEALING, Sender, of_trust
from checks.units import Unit
from ingest.access import Actor
from ingest.lists import enheter
from ingest.prom import message_texts, orders, outbox, senders
from tests.spec.eprom import Eprom
from tests.support import LC, LU, OWN, SC, Register

SET = Sender("Sykehuset Østfold", "69 86 00 00")
# The letters of an SMS that has 160 of them, 153 in each part of a longer one (GSM 03.38).
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
MOST_PARTS, PART = 3, 153


def choose(register: Register, sender: Sender, actor: Actor = SC) -> bool:
    with register.store.write(actor) as tx:
        return senders.change(tx, OWN, sender)


def sent(prom: Eprom) -> str:
    return list(prom.channel.delivered.values())[-1][1]


def test_meldingen_og_paaminnelsen_sier_hvem_de_er_fra_og_hvem_en_kan_ringe(prom: Eprom, forlop_id: int) -> None:
    assert choose(prom.register, SET)
    prom.run_on(23)
    assert "fra Sykehuset Østfold." in sent(prom) and "Ring 69 86 00 00." in sent(prom)
    prom.run_on(26)
    assert "minner om" in sent(prom)
    assert "fra Sykehuset Østfold." in sent(prom) and "Ring 69 86 00 00." in sent(prom)


def test_en_enhet_som_ikke_har_satt_noe_har_helseforetakets_navn(prom: Eprom, forlop_id: int) -> None:
    with prom.register.store.write(SC) as tx:
        enheter.change(tx, Unit(OWN, "Smerteteamet på Lassa", "Helse Stavanger HF", "Helse Vest"), True)
    prom.run_on(23)
    assert (
        "fra Helse Stavanger." in sent(prom) and "Ring sykehuset." in sent(prom) and "smerte" not in sent(prom).lower()
    )


@pytest.mark.parametrize(
    ("hf", "said"),
    [
        ("Oslo universitetssykehus HF", "Oslo universitetssykehus"),
        ("Akershus universitetssykehus", "Akershus universitetssykehus"),
        ("Smerteklinikken AS", "sykehuset"),
        ("", "sykehuset"),
        ("X" * 41, "sykehuset"),
        ("[adresse]", "sykehuset"),
    ],
)
def test_helseforetakets_navn_staar_bare_naar_det_ikke_roeper_noe(hf: str, said: str) -> None:
    assert of_trust(hf) == Sender(said)


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        (Sender("Smerteteamet", "69 86 00 00"), "REG-491"),
        (Sender("Radiumhospitalet", "69 86 00 00"), "REG-491"),
        (Sender("", "69 86 00 00"), "REG-492"),
        (Sender("Sykehuset Østfold", " "), "REG-492"),
        (Sender("Sykehuset Østfold", "sentralbordet"), "REG-304"),
        (Sender("Sykehuset Østfold", "+47 (69) 86-00-00" + " " * 3 + "- - - -"), "REG-304"),
        (Sender("S" * 41, "69 86 00 00"), "REG-101"),
        (Sender("https://[adresse]", "69 86 00 00"), "REG-131"),
    ],
)
def test_en_avsender_som_roeper_noe_eller_ikke_kan_ringes_avvises(
    register: Register, sender: Sender, code: str
) -> None:
    with pytest.raises(InvalidAnswers) as raised:
        choose(register, sender)
    assert code in {found.code for found in raised.value.problems}


def test_bare_sc_setter_avsenderen_og_endringen_logges(register: Register) -> None:
    for actor in (LU, LC):
        with pytest.raises(RegisterError, check=lambda e: e.code in ("REG-060", "REG-061")):
            choose(register, SET, actor)
    assert choose(register, Sender("  Sykehuset  Østfold ", " 69 86 00 00")) and not choose(register, SET)
    with register.store.read(SC) as tx:
        assert senders.chosen(tx) == {OWN: SET}
        assert len(tx.rows("select 1 from tilgang.logg where hendelse = 'avsender endret'")) == 1
    assert choose(register, Sender())
    with register.store.write(SC) as tx:
        assert senders.chosen(tx) == {}
        with pytest.raises(RegisterError, check=lambda e: e.code == "REG-243"):
            senders.change(tx, "1", SET)


@pytest.mark.parametrize("sender", [Sender("S" * LONGEST["navn"], "6" * LONGEST["telefon"]), SET, of_trust("")])
def test_en_sms_er_kort_nok_og_roeper_ingenting(sender: Sender) -> None:
    for text in (
        message_texts.form_text("x" * 43, sender),
        message_texts.reminder_text("x" * 43, date(2026, 11, 23), sender),
    ):
        whole = text.replace(outbox.PLACE, "https://skjema." + "x" * 40 + ".no")
        assert set(whole) <= GSM and len(whole) <= MOST_PARTS * PART
        assert not any(word in whole.lower() for word in REVEALING)
        assert sender.navn in whole and "Ring " in whole


def test_en_bestilling_for_haand_har_ogsaa_avsender(prom: Eprom, forlop_id: int) -> None:
    choose(prom.register, SET)
    prom.do(lambda tx: tx.run("update identitet.person set telefon = '90000000'"))
    prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", "sms"))
    prom.run()
    ((_, text),) = prom.sms.delivered.values()
    assert "Sykehuset Østfold" in text
