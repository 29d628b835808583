"""The program's users: accounts and roles, applications, sign-in, sessions, subscriptions. Nothing about patients."""
