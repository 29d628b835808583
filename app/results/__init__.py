"""Figures on the screen: the top of the pages of published figures, their tables and texts, and the button that
publishes. The figures themselves are derived in models.
"""
