"""Reports of published figures, made as PDF: the yearly report, and the shorter ones that share its parts.

`report.py` makes one. `source.py` reads the figures, `national.py` those that may leave the house; each of the other files is
a part of a report, in `blocks.py`'s words, and `rapport.typ` and `diagram.typ` set them.
"""
