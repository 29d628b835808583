"""What every page has: the frame with its menu, headings and refusals, links, symbols, Norwegian words, the look, and
fragments that keep their place.
"""
