"""Those who use the program: accounts and roles, applications, sign-in, sessions. Nothing about patients."""
