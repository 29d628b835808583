"""What every page has: the frame with its menu, headings and refusals, links, symbols, Norwegian words, the look, and
the guard against reruns that are cut off.
"""
