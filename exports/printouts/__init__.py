"""Printouts, made as PDF by typst: the arbeidsliste, one form, a patient's whole record, paper forms and guides."""
