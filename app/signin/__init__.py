"""The way in and what one may do with one's own account: login, identity provider, Ny bruker, the demo's choice, new
password.
"""
