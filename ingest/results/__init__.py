"""What coordinators keep beside the published figures: looked-at rows of data quality, notes and baselines of
charts, the size of the register.
"""
