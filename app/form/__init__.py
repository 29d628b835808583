"""The forms on the screen, drawn from the codebook."""
