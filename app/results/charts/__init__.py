"""Charts, and reading the figures they draw from the published tables. Nothing here knows a page."""
