"""Why a patient form is closed without answers. The texts of the codes are the codebook's; the rules use them by name."""

from __future__ import annotations

NO_TIME, DISCHARGED, DEAD, UNABLE, NO_CONSENT, NOT_ANSWERED, OTHER = 1, 2, 3, 4, 5, 7, 9
EVERY = (NO_TIME, DISCHARGED, DEAD, UNABLE, NO_CONSENT, NOT_ANSWERED, OTHER)
# What «Annet» means when the job locks a form that was handed out on paper.
NOT_PLOTTED = "Papiret ble ikke registrert innen fristen"
