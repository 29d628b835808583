"""Register a component whose script is one of our static files.

Streamlit sends a component's script with every mounted copy on every rerun. A form has some sixty copies, so the script
that is sent has only two lines, which fetch the real script from the browser's cache. For the same reason styles are in
a style sheet of the page, and components are mounted without a shadow root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit.components.v2 import component

from app.web.static_files import url

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_LOADER = """export default async (component) => {
  const script = await import(new URL("%s", document.baseURI).href);
  return script.default(component);
};
"""


def hosted_component(name: str, script: str) -> ComponentRenderer:
    """The component `name`, whose script is the file `script` in app/components."""
    return component(name, js=_LOADER % url(script), isolate_styles=False)
