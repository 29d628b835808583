"""The text of a recipe, which may be anybody's: its keys and values, or what is wrong with it in words."""

from __future__ import annotations

from typing import Any

import yaml

from checks.errors import RegisterError

MOST_RECIPE, LONGEST_VALUE, DEEPEST = 50_000, 200, 5  # bytes, characters of a value, lists in lists
_BEGINS = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_ENDS = yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken
_SHOWN = 60  # characters of a wrong value that are repeated


def words_of(content: bytes, source: str) -> dict[str, Any]:
    """The keys and values of a recipe's text. Raises REG-193, naming `source`, when it is no recipe.

    A reference (*) to something earlier in the text is refused: few of them make a text of endless length. So are long values
    and lists deep in each other, which no recipe has, and which take long to read.
    """
    if len(content) > MOST_RECIPE:
        raise RegisterError("REG-193", fil=source, melding="den er for stor til å være en oppskrift")
    try:
        text = content.decode("utf-8-sig")
        if wrong := _odd(text):
            raise RegisterError("REG-193", fil=source, melding=wrong)
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RegisterError("REG-193", fil=source, melding="den er ikke gyldig YAML") from error
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise RegisterError("REG-193", fil=source, melding="den har ingen valg")
    return found


def _odd(text: str) -> str:
    """What the YAML has that no recipe needs; empty when it has nothing of the kind. Stops at the first."""
    depth = 0
    for token in yaml.scan(text):
        if isinstance(token, yaml.AliasToken):
            return "den har henvisninger (*)"
        if isinstance(token, yaml.ScalarToken) and len(token.value) > LONGEST_VALUE:
            return f"«{token.value[:_SHOWN]}…» er for langt"
        depth += isinstance(token, _BEGINS) - isinstance(token, _ENDS)
        if depth > DEEPEST:
            return "den har lister i lister"
    return ""
