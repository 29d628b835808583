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

# For how many seconds an answer is waited for: to a question, and to a job.
SHORT, LONG = 10.0, 3600.0
PUBLISH, CHECK = "/jobb/publiser", "/jobb/kontroller"
# What requests have shown to be wrong with the proxy: {"funn": [sentence, …]}.
DOOR = "/jobb/inngang"
# What the register is, and what /ready answers for: {"demo": bool, "kontroller": [{"navn": …, "feil": sentence}, …]}.
READY = "/jobb/klar"


def token_file(settings: Settings) -> Path:
    """The file in which the running app leaves its port and token."""
    return settings.data / "app.token"


def ask(
    settings: Settings, address: str, order: dict[str, Any] | None = None, patience: float = LONG
) -> dict[str, Any] | None:
    """Let the running app do the job at `address` as `order` says; returns its answer, None when no app answers.

    Raises RegisterError REG-006, with the app's own sentence, when the app refuses or fails, REG-332 when it does not answer
    in `patience` seconds, or is not alive at all, and REG-333 when another program has its port.
    """
    try:
        known = json.loads(token_file(settings).read_text(encoding="utf-8"))
        app = f"http://127.0.0.1:{known['port']}"
        httpx.get(f"{app}/health", timeout=SHORT)  # so that an app that hangs is not given an hour for a job
        reply = httpx.post(
            f"{app}{address}",
            headers={"Authorization": f"Bearer {known['token']}"},
            json=order or {},
            timeout=httpx.Timeout(SHORT, read=patience),
        )
    except httpx.TimeoutException as error:
        raise RegisterError("REG-332", port=settings.port) from error
    except (OSError, ValueError, KeyError, TypeError, httpx.TransportError):
        return None
    answer = _answer(reply)
    if reply.status_code == 200 and answer is not None:
        return answer
    # Its token is that of this app; a program that does not know it, or does not speak so, is another one.
    if reply.status_code == 403 or (answer is None and reply.status_code != 500):
        raise RegisterError("REG-333", port=known["port"], fil=token_file(settings))
    raise RegisterError("REG-006", melding=(answer or {}).get("melding", f"Appen svarte {reply.status_code}."))


def _answer(reply: httpx.Response) -> dict[str, Any] | None:
    """What the app answered; None when it is not as the app answers."""
    try:
        found = reply.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) and (reply.status_code == 200 or "melding" in found) else None
