"""Proves what /ready finds in the files beside the register."""

from __future__ import annotations

from app.work import readiness
from tests.support import Register


def told(register: Register) -> dict[str, str]:
    """What is wrong, by the name of the check."""
    settings = register.settings(journal=register.store.journal_folder)
    found = readiness.of_files(settings, register.clock(), None, True)
    return {check.navn: check.feil for check in found if check.feil}


def test_a_key_that_is_gone_is_told_while_the_app_goes_on_with_what_it_has_read(register: Register) -> None:
    register.keep_journal()
    before = told(register)
    register.store.vault.file.unlink()
    register.forlop()
    assert told(register).keys() - before.keys() == {readiness.BACKED_UP}
    assert str(register.store.vault.file) in told(register)[readiness.BACKED_UP]
