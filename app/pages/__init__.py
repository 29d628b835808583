"""One file for each page, named as the page's address. A page puts together what other rooms draw, and no room imports a
page.
"""
