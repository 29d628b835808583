"""Lists over the register: Arbeidslisten, Innleverte, Pasientsøk, what waits, who has seen what, the check against
EPJ, and the lists that a coordinator keeps.
"""
