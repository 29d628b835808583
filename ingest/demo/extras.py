"""What happens around the forms in the demo: withdrawn consent, comments, moves between avdelinger, drafts."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from checks import reservasjon
from ingest.audit import canonical
from ingest.demo import odds
from ingest.demo.courses import DONE, Courses
from ingest.demo.draw import Draw, moments
from ingest.demo.finished import COMPLETED, DRAFT, Documents
from ingest.demo.places import Places
from ingest.registration import reservation_cases, reservations
from ingest.store import Tx

WITHDRAW, MOVE = 0.012, 0.06
SOURCES = ("Brev fra pasienten", "Telefon fra pasienten", "Melding på helsenorge.no")


def withdrawn(draw: Draw, heads: pl.DataFrame, today: date) -> pl.DataFrame:
    """``heads`` with trukket_dato and trukket_kilde: some patients withdraw their consent, which covers all their
    forløp with a Ja up to that day, in all units (as ``ingest.registration.consent``).
    """
    patients = heads.select("pasient_id").unique(maintain_order=True)
    chosen = patients.with_columns(
        trekker=pl.Series(draw.yes(len(patients), WITHDRAW)),
        etter=pl.Series(draw.whole(len(patients), 5, 90)),
        trukket_kilde=pl.Series(SOURCES)[draw.whole(len(patients), 0, len(SOURCES) - 1)],
    )
    yes = (pl.col("samtykke") == 1) & pl.col("slettet").is_null() & pl.col("trekker")
    first = pl.col("samtykke_dato").filter(yes).min().over("pasient_id")
    when = first + pl.duration(days=pl.col("etter"))
    held = yes & (pl.col("samtykke_dato") <= when) & (when < pl.lit(today))
    joined = heads.join(chosen, on="pasient_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(held).then(when).cast(pl.Date).alias("trukket_dato"),
        pl.when(held).then("trukket_kilde").alias("trukket_kilde"),
    ).drop("trekker", "etter")


def comments(draw: Draw, heads: pl.DataFrame, forms: list[Documents], last: datetime) -> pl.DataFrame:
    """The versions of internal comments on many of the open forms and on few of the completed ones; some were changed."""
    found = []
    for form in forms:
        if form.skjema not in ("b11", "b22"):
            continue
        n = len(heads)
        chosen = ((form.status == DRAFT) & draw.yes(n, 0.25)) | ((form.status == COMPLETED) & draw.yes(n, 0.01))
        text = pl.Series(odds.COMMENTS)[draw.whole(n, 0, len(odds.COMMENTS) - 1)]
        found.append(
            heads.select(
                "forlop_id",
                "bruker",
                skjema=pl.lit(form.skjema),
                tekst=text,
                tid=moments(form.day, draw.whole(n, 15 * 3600, 16 * 3600), last),
            ).filter(pl.Series(chosen))
        )
    last_written = pl.concat(found)
    changed = pl.col("forlop_id") % 5 == 0
    return pl.concat(
        [
            last_written.filter(changed).with_columns(tekst=pl.lit(odds.COMMENTS[0]), versjon=pl.lit(1)),
            last_written.with_columns(versjon=pl.when(changed).then(2).otherwise(1)),
        ]
    )


def mark_comments(head_rows: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """The head rows, marked where the form has a comment."""
    marks = written.select("forlop_id", "skjema", pl.lit(True).alias("har")).unique()
    joined = head_rows.join(marks, on=["forlop_id", "skjema"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("har").fill_null(False).alias("har_kommentar")).drop("har")


def moves(tx: Tx, draw: Draw, made: Places, heads: pl.DataFrame, planned: Courses) -> None:
    """Move some patients to another avdeling: the head row is changed, InnlAvd in B 1.1 is not."""
    registered = heads["avdeling_id"].is_not_null().to_numpy()
    rows = []
    for i in np.flatnonzero(draw.yes(len(heads), MOVE) & registered & (planned.stage <= DONE)):
        own, now = made.avdelinger[planned.unit[i]], heads["avdeling_id"][int(i)]
        new = own[(own.index(now) + 1 + int(draw.whole(1, 0, len(own) - 2)[0])) % len(own)]
        tid = min(heads["opprettet"][int(i)] + timedelta(days=1, hours=3), tx.now)
        rows.append((heads["forlop_id"][int(i)], now, new, heads["bruker"][int(i)], tid))
    if not rows:
        return
    names = ["forlop_id", "fra_avdeling_id", "til_avdeling_id", "bruker", "tid"]
    with tx.shown("flytt", pl.DataFrame(rows, schema=names, orient="row")):
        tx.run("insert into register.avdelingsbytte by name select * from flytt")
        tx.run(
            "update register.forlop f set avdeling_id = d.til_avdeling_id from flytt d where f.forlop_id = d.forlop_id"
        )


def drafts(tx: Tx, made: Places) -> None:
    """Leave a draft of a form that somebody began to change without saving, at each of the first two units."""
    for unit, people in zip(made.resh[:2], made.staff, strict=False):
        row = tx.row(
            "select s.forlop_id, s.skjema, s.versjon, v.svar from register.skjema s "
            "join register.forlop f using (forlop_id) "
            "left join register.skjemaversjon v "
            "on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon "
            "where f.enhet = ? and s.status = 0 and s.skjema = 'b11' order by s.forlop_id limit 1",
            unit,
        )
        if row is None:
            continue
        answers = json.loads(row["svar"]) | {"InnlDiag": "M54.5", "TidligereRus": 0}
        tx.run(
            "insert into register.utkast values (?, ?, ?, ?, ?, ?)",
            people[0][0],
            row["forlop_id"],
            row["skjema"],
            row["versjon"],
            canonical(answers),
            tx.now,
        )


def reservations_of(tx: Tx, draw: Draw, heads: pl.DataFrame) -> None:
    """Whether the patients with a forløp under the edition with reservation have reserved themselves, as PVK would say; the deletion
    of those who have waits.
    """
    patients = (
        heads.filter(pl.col("startdato") >= reservasjon.begins())["pasient_id"].unique(maintain_order=True).to_numpy()
    )
    answers = np.array(list(odds.RESERVED))[draw.index(len(patients), list(odds.RESERVED.values()))]
    for status in (reservasjon.NOT_RESERVED, reservasjon.RESERVED):
        found = patients[answers == str(status)].tolist()
        if found:
            reservations.record_all(tx, found, status, reservations.PVK)
        if status == reservasjon.RESERVED:
            for patient in found:
                reservation_cases.begin(tx, patient, reservations.PVK, tx.today)
