"""Charts and the figures they draw, read from the published tables. Nothing here knows a page."""
