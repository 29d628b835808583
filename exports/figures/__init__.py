"""Figures of the published tables, ready to be shown: on the app's pages, and in reports. Nothing here draws or knows a page."""
