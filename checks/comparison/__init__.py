"""Outcomes of units compared fairly: what was expected of a unit's own patients, how much units differ beyond chance, when
a unit has changed, and who has had a fall in pain that matters. Pure: counts in, figures out.
"""
