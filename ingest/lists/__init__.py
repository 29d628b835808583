"""Lists over the register: Arbeidslisten, Innleverte, Pasientsøk, what waits, who has seen what, the check against
EPJ, the lists that a coordinator keeps, and the codes that fields offer.
"""
