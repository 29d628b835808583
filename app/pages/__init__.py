"""One file for each page, named as its address: it puts together what other rooms draw. Nothing imports a page."""
