"""What stands beside the published figures: findings of data quality that coordinators have looked at, their notes and
baselines of charts, and how large the register is.
"""
