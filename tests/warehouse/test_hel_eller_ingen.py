"""An export that the disk, a signal or a kill stops leaves no half file, and what was there before stands."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.errors import RegisterError
from exports.delivery import deliver
from exports.selection import Recipe
from exports.tables import NATIONAL, published_file
from exports.whole import whole_file, whole_folder
from tests.warehouse.conftest import Register

ALL = ("csv", "parquet", "duckdb", "sav", "dta", "xlsx")


@pytest.fixture(scope="module")
def source(demo: Register) -> Path:
    return published_file(demo.data, NATIONAL)


WRITE = """
import resource, signal, sys
from pathlib import Path
from exports.delivery import deliver
from exports.selection import Recipe
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    deliver(Path(sys.argv[1]), Recipe(formater=(sys.argv[3],), tabeller=tuple(sys.argv[4:])), Path(sys.argv[2]))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("ending", ALL)
def test_full_disk_sies_og_etterlater_ingen_fil(source: Path, tmp_path: Path, ending: str) -> None:
    """No file may grow beyond 20 kB in the writing process: what a full disk looks like from inside."""
    # The whole of a large register is more than Excel takes.
    tables = ["forlopsoversikt"] if ending == "xlsx" else ["allevarnum"]
    done = subprocess.run(
        [sys.executable, "-c", WRITE, str(source), str(tmp_path / "ut"), ending, *tables],
        capture_output=True,
        text=True,
    )
    assert "RegisterError Det er ikke plass til ut" in done.stdout, done.stdout + done.stderr[-2000:]
    assert not list(tmp_path.iterdir())


KILLED = """
import sys
from pathlib import Path
from app.commands.export_commands import stoppable
from exports.delivery import deliver
from exports.selection import Recipe
def wait(sentence):
    print("begynt", flush=True)
    sys.stdin.readline()
with stoppable():
    deliver(Path(sys.argv[1]), Recipe(formater=("csv", "parquet")), Path(sys.argv[2]), progress=wait)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_en_avbrutt_eksport_etterlater_ingenting(source: Path, tmp_path: Path, how: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(source), str(tmp_path / "ut")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None and process.stdout.readline() == b"begynt\n"
    assert list(tmp_path.iterdir())
    process.send_signal(how)
    process.communicate()
    assert process.returncode != 0
    assert not list(tmp_path.iterdir())


INTERRUPTED = """
import os, signal, sys
from app.commands import cli
from exports import delivery
how = getattr(signal, sys.argv.pop())
def stopped(*_, **__):
    try:
        os.kill(os.getpid(), how)
    except KeyboardInterrupt:
        raise RuntimeError("Query interrupted")
delivery.deliver = stopped
cli.main()
"""


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT"])
def test_et_avbrudd_midt_i_en_sporring_sies_i_en_setning(demo: Register, tmp_path: Path, how: str) -> None:
    """DuckDB gives an error of its own in place of the interruption."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, "export", "data", "--to", str(tmp_path / "ut"), how],
        capture_output=True,
        text=True,
        env=os.environ | {"SMERTEREG_DATA": str(demo.data)},
    )
    assert (done.returncode, done.stderr) == (130, "Avbrutt. Ingenting er skrevet.\n")


def test_en_drept_eksport_ryddes_av_den_neste(source: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(source), str(tmp_path / "ut")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdout.readline() == b"begynt\n"
    process.kill()
    process.communicate()
    assert list(tmp_path.iterdir())
    deliver(source, Recipe(), tmp_path / "ut")
    assert [path.name for path in tmp_path.iterdir()] == ["ut"]


@pytest.mark.parametrize("whole", [whole_file, whole_folder])
def test_det_som_var_der_star_nar_noe_gar_galt(tmp_path: Path, whole: Callable[[Path], Any]) -> None:
    place = tmp_path / "fil"
    with pytest.raises(ZeroDivisionError), whole(place):
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())
    (tmp_path / "vanlig fil").write_text("x")
    with pytest.raises(RegisterError, match="Det kan ikke skrives i"), whole(tmp_path / "vanlig fil" / "ny"):
        pass
