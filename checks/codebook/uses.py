"""What a form's file says of the form itself, apart from its questions, and what all forms have to agree on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from checks.closing_reasons import EVERY
from checks.codebook.format import UseBlock
from checks.codebook.model import Pasientskjema, Skjema


def properties(use: UseBlock, name: Callable[[str], str]) -> dict[str, Any]:
    """The properties of the form that ``use`` describes; ``name`` gives a variable of the file its suffix."""
    return {
        "slag": use.slag,
        "fra_type": use.fra_type,
        "kort": use.kort or use.navn,
        "uttrekksnavn": use.uttrekksnavn,
        "plass": use.plass.uttrekk,
        "pasientskjema": _patient_form(use, name),
    }


def _patient_form(use: UseBlock, name: Callable[[str], str]) -> Pasientskjema | None:
    block = use.pasientskjema
    if block is None:
        return None
    asked, sent = block.utfylling, block.sendes
    return Pasientskjema(
        lukkefelt=(name(asked.dato), name(asked.utfylt), name(asked.arsak)),
        etter=sent.etter,
        dager=sent.dager,
        minutter=sent.minutter,
        papir=block.papir,
        tittel=block.tittel,
        om=block.om,
    )


def disagreements(skjema: Mapping[str, Skjema]) -> Iterator[tuple[str, str]]:
    """What is wrong with the forms as a whole: the form's id, and what is wrong."""
    for word, key in (("uttrekksnavn", "uttrekksnavn"), ("plass.uttrekk", "plass")):
        seen: dict[Any, str] = {}
        for form in skjema.values():
            other = seen.setdefault(getattr(form, key), form.id)
            if other != form.id:
                yield form.id, f"«{word}: {getattr(form, key)}» er brukt også av {other}"
    for form in skjema.values():
        yield from ((form.id, said) for said in _wrong_closing(form))


def _wrong_closing(form: Skjema) -> Iterator[str]:
    """Closing a patient form writes these three answers: they must be there, and take what is written."""
    if form.pasientskjema is None:
        return
    for name, codes in zip(form.pasientskjema.lukkefelt, ((), (0, 1), EVERY), strict=True):
        v = form.variabler.get(name)
        if v is None:
            yield f"«utfylling» viser til «{name}», som ikke finnes i skjemaet"
        elif lacking := set(codes) - {k.kode for k in v.koder}:
            yield f"«{name}» mangler kodene {sorted(lacking)}, som skjemaet lukkes med"
