"""What coordinators keep beside the published figures: findings of data quality that they have looked at, notes and
baselines of charts, the size of the register.
"""
