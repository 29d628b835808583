"""The program's users: accounts and roles, applications, sign-in, sessions. Nothing about patients."""
