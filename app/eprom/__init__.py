"""The staff's side of patient forms: order, stop, hand out on paper, see how far each has come. The patient's side is
in eprom_page.
"""
