"""The staff's side of patient forms: order, stop, hand out on paper, see where each stands. What the patient sees is
in eprom_page.
"""
