"""Ask the running app on this machine to do a job, because only the app can open the register while it runs. The app's
side is loopback_routes.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from checks.errors import RegisterError
from ingest.settings import Settings

PUBLISH, CHECK = "/jobb/publiser", "/jobb/kontroller"
# What requests have shown to be wrong with the proxy: {"funn": [sentence, …]}.
DOOR = "/jobb/inngang"
# What the register is, and what /ready answers for: {"demo": bool, "kontroller": [{"navn": …, "feil": sentence}, …]}.
READY = "/jobb/klar"


def token_file(settings: Settings) -> Path:
    """The file in which the running app leaves its port and token."""
    return settings.data / "app.token"


def ask(settings: Settings, address: str, order: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Let the running app do the job at `address` as `order` says; returns its answer, None when no app answers.

    Raises RegisterError REG-006, with the app's own sentence, when the app refuses or fails.
    """
    try:
        known = json.loads(token_file(settings).read_text(encoding="utf-8"))
        reply = httpx.post(
            f"http://127.0.0.1:{known['port']}{address}",
            headers={"Authorization": f"Bearer {known['token']}"},
            json=order or {},
            timeout=httpx.Timeout(5, read=3600),
        )
    except (OSError, ValueError, KeyError, httpx.TransportError):
        return None
    answer: dict[str, Any] = (
        reply.json() if reply.headers.get("content-type", "").startswith("application/json") else {}
    )
    if reply.status_code != 200:
        raise RegisterError("REG-006", melding=answer.get("melding", f"Appen svarte {reply.status_code}."))
    return answer
