"""The demo's orders, links, messages and papers: how its patient forms came to the patients, or are on their way."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from checks import eprom
from checks.forlop import PATIENT_FORMS
from ingest.demo.draw import Draw
from ingest.demo.finished import COMPLETED, EMPTY, Documents
from ingest.prom import links, message_texts, outbox, place, senders
from ingest.store import Tx

# What has become of a form that is still open: sent, on paper, not sent (patient not digital), or message given up.
FATES = {"sendt": 0.5, "papir": 0.22, eprom.NOT_DIGITAL: 0.14, eprom.UNDELIVERED: 0.14}
BY_HAND = 0.06


def insert(tx: Tx, draw: Draw, heads: pl.DataFrame, forms: list[Documents], today: date) -> None:
    """Add the rows of prom.* that fit the chunk's patient forms. What today's jobs would do is left for them to do."""
    discharged = next(form for form in forms if form.skjema == "b22").status == COMPLETED
    heads = heads.with_columns(avsluttet=pl.when(pl.Series(discharged)).then("slutt_dato"))
    found = pl.concat([_of_form(draw, heads, form, today) for form in forms if form.skjema in PATIENT_FORMS])
    found = found.sort("forlop_id", "skjema")
    _papers(tx, found.filter(pl.col("utfall") == "papir"))
    orders = found.filter(pl.col("utfall") != "papir")
    if orders.is_empty():
        return
    orders = orders.with_columns(
        bestilling_id=pl.Series(tx.next_ids("bestilling", len(orders))),
        maate=pl.when(pl.Series(draw.yes(len(orders), BY_HAND)))
        .then(pl.lit(place.MANUAL))
        .otherwise(pl.lit(place.AUTOMATIC)),
        kanal=pl.lit(outbox.SECURE),
        sendt=pl.when(_arrived()).then(_run("dag")),
        avsluttet=pl.coalesce(_run("slutt"), pl.when(~_arrived()).then(_run("dag"))),
    )
    tx.insert(
        "prom.bestilling",
        orders.select(
            "bestilling_id",
            "forlop_id",
            "skjema",
            "maate",
            "kanal",
            "tilstand",
            "arsak",
            "dag",
            _run("dag").alias("bestilt"),
            pl.lit(tx.actor.bruker).alias("bestilt_av"),
            "sendt",
            "avsluttet",
        ),
    )
    _messages(tx, draw, orders.filter(pl.col("arsak").ne_missing(eprom.NOT_DIGITAL)), today)


def _of_form(draw: Draw, heads: pl.DataFrame, form: Documents, today: date) -> pl.DataFrame:
    """One row for each form that is, or was, with the patient: forlop_id, skjema, utfall, tilstand, arsak, dag, slutt."""
    _, complete, reason = eprom.CLOSING_FIELDS[form.skjema]
    n, day = len(heads), pl.Series(np.asarray(form.day, dtype=np.int32)).cast(pl.Date)
    fates = [fate for fate in FATES if fate != "papir" or form.skjema in eprom.ON_PAPER]
    fate = pl.Series(fates)[draw.index(n, [FATES[f] for f in fates])]
    consents = (pl.col("samtykke") == 1) & pl.col("trukket_dato").is_null()
    samtykker = (consents | pl.col("inkludert").is_not_null()) & pl.col("slettet").is_null()
    asked = pl.coalesce("samtykke_dato", pl.col("inkludert").dt.convert_time_zone(eprom.OSLO.key).dt.date())
    ready = (asked if form.skjema in eprom.AT_CONSENT else pl.col("avsluttet")) + eprom.after_end(form.skjema)
    rows = heads.select(
        "forlop_id",
        "forlopstype",
        samtykker.alias("samtykker"),
        pl.lit(form.skjema).alias("skjema"),
        pl.Series("status", form.status),
        form.frame[complete].alias("utfylt"),
        form.frame[reason].alias("grunn"),
        day.alias("lagret"),
        pl.Series("for", draw.whole(n, 1, 4)),
        pl.Series("siden", draw.whole(n, 1, 5)),
        ready.alias("klar"),
        pl.Series("skjebne", fate),
    ).filter("samtykker", pl.col("forlopstype") == 3)
    done = pl.col("status") == COMPLETED
    waits = (pl.col("status") == EMPTY) & (pl.col("klar") < today)
    utfall = (
        pl.when(done & (pl.col("utfylt") == 1))
        .then(pl.lit(eprom.ANSWERED))
        .when(done & (pl.col("grunn") == eprom.NOT_ANSWERED))
        .then(pl.lit(eprom.EXPIRED))
        .when(waits)
        .then("skjebne")
    )
    rows = rows.with_columns(utfall=utfall).filter(pl.col("utfall").is_not_null())
    recent = pl.max_horizontal("klar", pl.lit(today) - pl.duration(days="siden"))
    return rows.with_columns(
        tilstand=pl.when(pl.col("utfall").is_in([eprom.NOT_DIGITAL, eprom.UNDELIVERED]))
        .then(pl.lit(eprom.NOT_SENT))
        .otherwise("utfall"),
        arsak=pl.when(pl.col("utfall").is_in([eprom.NOT_DIGITAL, eprom.UNDELIVERED])).then("utfall"),
        dag=pl.when(pl.col("utfall") == eprom.ANSWERED)
        .then(pl.col("lagret") - pl.duration(days="for"))
        .when(pl.col("utfall") == eprom.EXPIRED)
        .then(pl.col("lagret") - eprom.LOCK_AFTER)
        .otherwise(recent),
        slutt=pl.when(done).then("lagret"),
    ).select("forlop_id", "skjema", "utfall", "tilstand", "arsak", pl.col("dag").cast(pl.Date), "slutt")


def _arrived() -> pl.Expr:
    return pl.col("tilstand") != eprom.NOT_SENT


def _run(day: str) -> pl.Expr:
    """The moment of the day's run, as checks.eprom.run_on computes it."""
    at = pl.col(day).dt.combine(eprom.RUN).dt.replace_time_zone(eprom.OSLO.key)
    return at.dt.convert_time_zone("UTC")


def _papers(tx: Tx, rows: pl.DataFrame) -> None:
    marked = rows.select("forlop_id", "skjema", _run("dag").alias("merket"), pl.lit(tx.actor.bruker).alias("merket_av"))
    tx.insert("prom.papir", marked)


def _messages(tx: Tx, draw: Draw, orders: pl.DataFrame, today: date) -> None:
    """Add a message for each order that was tried, and a reminder after three days. Live orders get a working link."""
    reminded = pl.col("tilstand").is_in([eprom.SENT, eprom.EXPIRED]) & (pl.col("dag") + eprom.REMIND_AFTER < today)
    rows, opened = [], []
    froms = senders.of_forlop(tx, orders["forlop_id"].to_list())
    for slag, some, after in (
        (outbox.FORM, orders, timedelta()),
        (outbox.REMINDER, orders.filter(reminded), eprom.REMIND_AFTER),
    ):
        for order in some.with_columns(_run("dag").alias("forfall")).to_dicts():
            when, given_up = order["forfall"] + after, order["tilstand"] == eprom.NOT_SENT
            text = ""
            if given_up or order["tilstand"] == eprom.SENT:
                token = links.encoded(draw.bytes(links.BYTES))
                opened.append((links.hashed(token), order["bestilling_id"], when))
                text = (
                    message_texts.form_text(token, froms[order["forlop_id"]])
                    if slag == outbox.FORM
                    else message_texts.reminder_text(token, order["dag"], froms[order["forlop_id"]])
                )
            state = outbox.FAILED if given_up else outbox.KEPT if text else outbox.SENT
            rows.append(
                outbox.row(
                    outbox.Message(order["bestilling_id"], slag, order["kanal"], text, when),
                    when,
                    tilstand=state,
                    forsok=5 if given_up else 1,
                    sendt=None if given_up else when,
                    feil="ikke levert: kanalen svarer ikke" if given_up else None,
                )
            )
    outbox.add(tx, rows)
    if opened:
        tx.insert("prom.lenke", pl.DataFrame(opened, schema=["token_hash", "bestilling_id", "opprettet"], orient="row"))
