"""A process that saves until it is killed, and prints a line for each committed save."""

from __future__ import annotations

import sys
from pathlib import Path

from ingest.registration import forms
from ingest.store import Store
from tests import support

if __name__ == "__main__":
    store, forlop_id, number = Store(Path(sys.argv[1]), clock=support.Clock()), int(sys.argv[2]), 0
    while True:
        number += 1
        with store.write(support.LU) as tx:
            opened = forms.open_form(tx, forlop_id, "b12")
            saved = forms.save(
                tx, forlop_id, "b12", {**support.B12, "StSmRo12": 3 + number % 7}, grunnversjon=opened.versjon
            )
        print(saved.versjon, flush=True)
