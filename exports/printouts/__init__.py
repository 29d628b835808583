"""What is printed: the arbeidsliste, one form, a patient's whole record, paper forms and guides, as PDF by typst."""
