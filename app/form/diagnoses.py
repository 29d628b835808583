def draw(form, felt): pass
