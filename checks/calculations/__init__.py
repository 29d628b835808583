"""What is computed from answers (age, inclusion, OMEQ, HADS), for one form and for whole frames alike. What a form asks,
and what may be answered, belongs in the codebook.
"""
