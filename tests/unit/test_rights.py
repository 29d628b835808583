"""Proves with the files' real modes that nobody but the program's own user reads them, and a group what it was given."""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from app.commands import cli
from app.work import job_runs, loopback, loopback_routes, operations, register_jobs
from checks.errors import RegisterError
from ingest import settings as configuration
from ingest.safekeeping import rights
from ingest.safekeeping.opening import opened
from ingest.safekeeping.rights import let_group_read
from ingest.settings import Settings
from ingest.vault import FILE, Vault
from tests import support
from tests.commands import Run

# A group that is not the user's first when there is one to give files to: root may give them to any.
OWN = [group.gr_name for group in grp.getgrall() if os.getuid() == 0 or group.gr_gid in os.getgroups()]
GROUP = next((name for name in OWN if grp.getgrnam(name).gr_gid != os.getgid()), grp.getgrgid(os.getgid()).gr_name)


@pytest.fixture(autouse=True)
def _common_umask() -> Iterator[None]:
    """Begin with the umask that most machines have, and give back what was."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def closed(data: Path) -> list[Path]:
    """What lies in the folder, after finding that only the owner has any rights to it."""
    left = [data, *data.rglob("*")]
    assert {oct(mode(path)) for path in left if path.is_dir()} == {"0o700"}
    assert {oct(mode(path)) for path in left if path.is_file()} == {"0o600"}
    return left


def test_a_command_leaves_nothing_open_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    settings = Settings(data=data, journal=data / "journal")
    monkeypatch.setenv("SMERTEREG_DATA", str(data))
    monkeypatch.setenv("SMERTEREG_JOURNAL", str(settings.journal))
    for words in (["demo", "--forlop", "20"], ["backup"], ["job", "lock"]):
        monkeypatch.setattr("sys.argv", ["smertereg", *words])
        cli.main()
        closed(data)
    with loopback_routes.open_for_jobs(settings):
        left = closed(data)
        kinds = {settings.register, data / "smertereg.nokkel", loopback.token_file(settings), data / job_runs.FILE}
        assert kinds <= set(left) and list(settings.backup_folder.glob("*.sikkerhetskopi"))


def test_the_log_beside_the_register_is_closed_too(tmp_path: Path) -> None:
    os.umask(rights.UMASK)
    register = support.make(tmp_path / "smertereg.duckdb")
    register.forlop()
    wal = tmp_path / "smertereg.duckdb.wal"
    assert wal.stat().st_size and mode(wal) == 0o600
    register.store.close()


def test_what_was_left_open_is_closed_when_the_register_is_opened(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    support.make(tmp_path / "smertereg.duckdb").store.close()
    settings = Settings(data=tmp_path)
    assert {wide.path for wide in rights.too_wide(settings)} == {tmp_path, settings.register}
    opened(settings).close()
    assert [wide.path for wide in rights.too_wide(settings)] == [tmp_path]
    assert (mode(tmp_path), mode(settings.register)) == (0o755, 0o600)


@pytest.fixture
def publishing(tmp_path: Path) -> Path:
    """The folder of a publishing, as a command leaves it."""
    os.umask(rights.UMASK)
    folder = tmp_path / "publishing" / "20261123T100000"
    folder.mkdir(parents=True)
    tmp_path.chmod(0o700)
    for name in ("nasjonal.duckdb", "lokal-100082.duckdb", "analyse.duckdb", "ferdig.json"):
        (folder / name).write_bytes(b"")
    return folder


def test_nobody_is_told_to_close_what_is_no_file_or_folder_of_ours(tmp_path: Path) -> None:
    """`doctor` said «chmod 700 /dev/null» of a setting that was wrong, which would have closed it for everybody."""
    others = tmp_path / "andres"
    others.mkdir(mode=0o755)
    others.joinpath("fil").touch(0o644)
    (tmp_path / "journal").mkdir(mode=0o700)
    (tmp_path / "journal" / "lenke").symlink_to(others / "fil")
    tmp_path.chmod(0o700)
    settings = Settings(data=tmp_path, backup=Path("/dev/null"), logg=others)
    assert list(rights.too_wide(settings)) == []
    assert list(rights.too_wide(settings.model_copy(update={"logg": Path("/dev/null")}))) == []


def test_the_group_reads_what_is_for_statisticians_and_nothing_else(publishing: Path, tmp_path: Path) -> None:
    let_group_read(tmp_path, publishing, GROUP)
    found = {path.name: oct(mode(path)) for path in (tmp_path, publishing.parent, publishing, *publishing.iterdir())}
    assert found == {
        tmp_path.name: "0o710",
        "publishing": "0o2750",
        publishing.name: "0o2750",
        "nasjonal.duckdb": "0o640",
        "lokal-100082.duckdb": "0o640",
        "analyse.duckdb": "0o600",
        "ferdig.json": "0o600",
    }
    assert {path.stat().st_gid for path in publishing.glob("*l*-*.duckdb")} == {grp.getgrnam(GROUP).gr_gid}
    assert list(rights.too_wide(Settings(data=tmp_path, lesegruppe=GROUP))) == []


def test_without_a_group_nobody_else_reads_them(publishing: Path, tmp_path: Path) -> None:
    let_group_read(tmp_path, publishing, "")
    assert {oct(mode(path)) for path in publishing.iterdir()} == {"0o600"}
    assert mode(tmp_path) == 0o700


def test_a_group_the_user_may_not_give_files_to_is_named(
    publishing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.chown", refuse)
    with pytest.raises(RegisterError, match=GROUP):
        let_group_read(tmp_path, publishing, GROUP)


def test_a_group_that_is_not_there_is_refused_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMERTEREG_LESEGRUPPE", "finnes-ikke")
    with pytest.raises(RegisterError, match="SMERTEREG_LESEGRUPPE"):
        configuration.read()


def test_publishing_gives_the_files_to_the_group_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def published(**options: object) -> None:
        asked.update(options)
        raise RegisterError("REG-087", verdi=1)

    register = support.make(tmp_path / "smertereg.duckdb")
    monkeypatch.setattr(operations, "publish", published)
    with pytest.raises(RegisterError):
        operations.publish_now(register.store, register.settings(lesegruppe=GROUP), lambda _: None)
    assert asked["group"] == GROUP
    register.store.close()


@pytest.fixture
def anothers() -> Iterator[Path]:
    """A folder of another user, in which this one may do nothing, inside one that everybody may look in."""
    root = os.geteuid() == 0
    with TemporaryDirectory(dir="/tmp") as made:
        folder = Path(made) / "en annens"
        folder.mkdir(mode=0)
        Path(made).chmod(0o555)
        if root:
            os.seteuid(65534)
        yield folder
        if root:
            os.seteuid(0)
        Path(made).chmod(0o755)


@pytest.mark.parametrize("name", ["DATA", "JOURNAL", "BACKUP"])
@pytest.mark.parametrize(
    "words", [("serve",), ("backup",), ("check",), ("init",), ("restore",), ("key", "copy", "--to", "x")]
)
def test_a_folder_of_another_user_is_named(
    run: Run, anothers: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SMERTEREG_DATA", str(anothers.parent))
    for folder in (anothers, anothers / "under"):
        monkeypatch.setenv(f"SMERTEREG_{name}", str(folder))
        status, said, complaint = run(*words)
        assert (status, said) == (1, "")
        assert complaint == f"{RegisterError('REG-307', mappe=folder, hva='leses', navn=f'SMERTEREG_{name}')}\n"


def test_the_group_that_reads_what_is_published_needs_no_more_than_to_come_through_the_data_folder(
    run: Run, anothers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may not look in the folder (0o710), nor in those of the journal and the backups."""
    monkeypatch.setenv("SMERTEREG_DATA", str(anothers.parent))
    monkeypatch.setenv("SMERTEREG_JOURNAL", str(anothers))
    status, _, complaint = run("export", "klokebok", "--to", "ut")
    assert (status, complaint) == (1, f"{RegisterError('REG-085')}\n")


def test_what_a_command_meets_of_anothers_is_named(run: Run, anothers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        (anothers / "fil").stat()

    monkeypatch.setenv("SMERTEREG_DATA", str(anothers.parent))
    monkeypatch.setattr(register_jobs, "do", refuse)
    assert run("backup") == (1, "", f"{RegisterError('REG-315', fil=anothers / 'fil')}\n")


@pytest.mark.parametrize("words", [("init",), ("restore",)])
def test_a_data_folder_that_cannot_be_made_is_named(
    run: Run, anothers: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    wanted = anothers.parent / "data"
    monkeypatch.setenv("SMERTEREG_DATA", str(wanted))
    person = ("--name", "Kari Nordvik", "--mobile", "912 34 567", "--email", "kari@example.com")
    status, _, complaint = run(*words, *(person if words == ("init",) else ()))
    assert (status, complaint) == (1, f"{RegisterError('REG-307', mappe=wanted, hva='lages', navn='SMERTEREG_DATA')}\n")


def test_a_key_file_of_another_user_is_named(run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.data.mkdir()
    Vault(settings.data / FILE).ready()

    def refuse(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    refused = (1, "", f"{RegisterError('REG-301', fil=settings.data / FILE)}\n")
    assert run("key", "copy", "--to", "x") == refused
