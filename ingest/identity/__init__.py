"""Two PasientID compared, merged into one patient, and taken apart again; and what LC asks for. Numbers and requests are
in registration.
"""
