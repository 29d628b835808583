"""Figures on the screen: how the pages of published figures begin, their tables and texts, and the button that
publishes. The figures themselves are derived in models.
"""
