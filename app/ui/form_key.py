"""The key that a form on a page of the app must send, when it goes to an address of our own and not to Streamlit."""

from __future__ import annotations

from app.web import guard, session


def field() -> str:
    """The hidden field with the key of this browser's session."""
    return f'<input type="hidden" name="{guard.FIELD}" value="{guard.form_key(session.script_token())}">'
