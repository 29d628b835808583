"""The look of SmerteReg as Streamlit configuration, so that the style sheet can stay small.

There is one accent (a quiet petrol blue), and a light and a dark theme that follow the user's system. Text has a contrast
of at least 4.5:1 on every surface (WCAG AA). The rest is in static/smertereg.css.
"""

from __future__ import annotations

from typing import Any

from app.web.static_files import url

FONT = "Inter"

LIGHT = {
    "primaryColor": "#0f6070",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f1f5f6",
    "textColor": "#16242a",
    "linkColor": "#0f6070",
    "borderColor": "#c9d4d8",
    "redColor": "#b3261e",
    "redTextColor": "#a3201a",
    "greenColor": "#2b7a4b",
    "greenTextColor": "#22663d",
    "orangeColor": "#b25e09",
    "orangeTextColor": "#8f4a05",
    "grayColor": "#5b6b72",
    "grayTextColor": "#55646b",
}
DARK = {
    "primaryColor": "#247a88",
    "backgroundColor": "#12191c",
    "secondaryBackgroundColor": "#1b2529",
    "textColor": "#e4ecee",
    "linkColor": "#7fcbd8",
    "borderColor": "#3a4a50",
    "redColor": "#f2857d",
    "redTextColor": "#ff9b93",
    "greenColor": "#6cc492",
    "greenTextColor": "#83d3a6",
    "orangeColor": "#e3a35c",
    "orangeTextColor": "#f0b878",
    "grayColor": "#9aabb1",
    "grayTextColor": "#a7b6bc",
}
LIGHT_SIDEBAR = {"backgroundColor": "#f1f5f6", "secondaryBackgroundColor": "#e3eaec"}
DARK_SIDEBAR = {"backgroundColor": "#172024", "secondaryBackgroundColor": "#222e33"}


def options() -> dict[str, Any]:
    """Streamlit's theme settings, keyed by their full configuration name."""
    settings: dict[str, Any] = {
        "theme.font": f"{FONT}, sans-serif",
        "theme.headingFont": f"{FONT}, sans-serif",
        "theme.fontFaces": [{"family": FONT, "url": url("inter-latin.woff2"), "weight": "100 900", "style": "normal"}],
        "theme.baseFontSize": 15,
        "theme.headingFontSizes": ["1.5rem", "1.2rem", "1.05rem", "1rem", "0.95rem", "0.9rem"],
        "theme.headingFontWeights": [650, 600, 600, 600, 600, 600],
        "theme.baseRadius": "6px",
        "theme.buttonRadius": "6px",
        "theme.paddingTop": "1rem",
        "theme.paddingBottom": "2rem",
        "theme.showWidgetBorder": True,
        "theme.showSidebarBorder": True,
        "theme.linkUnderline": True,
    }
    sections = {
        "theme.light": LIGHT,
        "theme.dark": DARK,
        "theme.light.sidebar": LIGHT_SIDEBAR,
        "theme.dark.sidebar": DARK_SIDEBAR,
    }
    for section, colours in sections.items():
        settings |= {f"{section}.{name}": colour for name, colour in colours.items()}
    return settings
