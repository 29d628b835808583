"""Signing in, and what users do with their own account: login, identity provider, Ny bruker, the demo's choice of user,
new password.
"""
