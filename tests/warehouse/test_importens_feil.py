"""Everything that is wrong with a package is told at once, each thing with its file, line, column and value; and what is wrong
with one forløp does not keep the others out.
"""

import re
from datetime import date
from pathlib import Path

import pytest

from checks import identity
from checks.errors import RegisterError
from ingest import store
from tests.warehouse import reader
from tests.warehouse.broken_packages import FILES, WARDS, Changed, begun, broken, line
from tests.warehouse.test_import import count, empty, package, run, unit_file

__all__ = ["empty", "package", "unit_file"]  # fixtures


@pytest.mark.parametrize(("table", "change", "sentence"), FILES)
def test_en_odelagt_fil_stopper_importen_og_sies_i_en_setning(
    package: Path, empty: store.Store, tmp_path: Path, table: str, change: Changed, sentence: str
) -> None:
    outcome = run(empty, broken(package, tmp_path, table, change), accept_valid=True)
    [found] = outcome.stopped
    assert re.match(f"smertereg_{table}_datadump.*{sentence}", found.melding, re.DOTALL)
    assert (found.tabell, found.fil[:14], outcome.imported) == (table, f"smertereg_{table}_datadump"[:14], 0)
    assert count(empty) == 0


@pytest.mark.parametrize(("change", "sentence"), WARDS)
def test_en_odelagt_avdelingsoversikt_sies_i_en_setning(
    package: Path, empty: store.Store, tmp_path: Path, change: Changed, sentence: str
) -> None:
    outcome = run(empty, broken(package, tmp_path, "avdelingsoversikt", change), accept_valid=True)
    said = outcome.stopped[0].melding
    assert re.match(f"avdelingsoversikt {'har ' if '«' in sentence else ''}{sentence}", said)
    assert count(empty) == 0


def test_alle_feil_i_alle_filer_staar_i_samme_rapport(package: Path, empty: store.Store, tmp_path: Path) -> None:
    """One file that could not be read hid every other error; so did a number that stood twice in avdelingsoversikt."""
    copy = broken(package, tmp_path, "mce", lambda text: text)
    for table, change in {
        "hads": lambda text: line(text, begun(text), "Q1", "mye"),
        "emp12": lambda text: text.replace("STRONGPAIN_STILL", "NOE", 1),
        "avdelingsoversikt": WARDS[0][0],
    }.items():
        file = next(copy.glob(f"smertereg_{table}_datadump_*"))
        file.write_bytes(change(file.read_bytes().decode("utf-8-sig")).encode())
    next(copy.glob("smertereg_pateval_*")).unlink()
    outcome = run(empty, copy, accept_valid=True)
    assert sorted((f.tabell, f.kode) for f in outcome.stopped) == [("emp12", "REG-200"), ("pateval", "REG-198")]
    assert {("hads", "HADSSpm1", "Q1", "mye")} <= {(f.tabell, f.variabel, f.kolonne, f.verdi) for f in outcome.refused}
    copy = broken(package, tmp_path / "igjen", "hads", lambda text: line(text, begun(text), "Q1", "mye"))
    for table, change in {
        "avdelingsoversikt": lambda text: WARDS[0][0](WARDS[3][0](text)),
        "mce": lambda text: line(text, begun(text), "SUPERVISION", "17"),
    }.items():
        file = next(copy.glob(f"smertereg_{table}_datadump_*"))
        file.write_bytes(change(file.read_bytes().decode("utf-8-sig")).encode())
    outcome = run(empty, copy, accept_valid=True)
    assert [f.kode for f in outcome.stopped] == ["REG-224"]
    assert {"REG-001", "REG-002"} <= {f.kode for f in outcome.refused}
    assert count(empty) == 0


def test_en_linje_med_for_mange_felt_avviser_sitt_forlop_og_ingen_andre(
    package: Path, empty: store.Store, tmp_path: Path
) -> None:
    copy = broken(
        package, tmp_path, "emp12", lambda text: text.replace("\r\n", ";for mye\r\n", 2).replace(";for mye", "", 1)
    )
    outcome = run(empty, copy, accept_valid=True)
    first = reader.read(next(package.glob("smertereg_emp12_*")))[0]["MCEID"]
    assert {f.forlop for f in outcome.refused} == {int(first)} and outcome.imported == count(empty) > 0
    said = next(f for f in outcome.refused if f.kode == "REG-504")
    assert (said.linje, said.fil) == (2, next(package.glob("smertereg_emp12_*")).name)
    assert "Linje 2 har" in said.melding and "anførselstegn" in said.melding


def test_ingen_av_rapportens_felt_viser_et_fodselsnummer(package: Path, empty: store.Store, tmp_path: Path) -> None:
    number = identity.make(date(1970, 5, 4), 2, 1)
    written = f"{number[:6]} {number[6:]}"
    copy = broken(package, tmp_path, "mce", lambda text: line(text, begun(text), "SUPERVISION", written))
    outcome = run(empty, copy)
    assert outcome.refused and written not in repr(outcome) and number not in repr(outcome)
    assert "[11 siffer]" in outcome.refused[0].melding + outcome.refused[0].verdi


def test_feil_tegnsett_og_manglende_fil(package: Path, empty: store.Store, tmp_path: Path) -> None:
    copy = broken(package, tmp_path, "mce", lambda text: text)
    file = next(copy.glob("smertereg_mce_*"))
    whole = file.read_bytes()
    file.write_bytes(whole.removeprefix(b"\xef\xbb\xbf") + "å;".encode() + "Å\r\n".encode("cp1252"))
    assert "Filen har to tegnsett" in run(empty, copy).stopped[0].melding
    file.write_bytes(b"\xef\xbb\xbf" + whole.removeprefix(b"\xef\xbb\xbf") + "Ålesund".encode("cp1252"))
    assert "som ikke kan leses i tegnsettet" in run(empty, copy).stopped[0].melding
    file.unlink()
    assert "mangler filen smertereg_mce" in run(empty, copy).stopped[0].melding
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-198"):
        run(empty, tmp_path)
