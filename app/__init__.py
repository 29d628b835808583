"""How people and programs get in. At the top only what puts the process together: the server, and the script that
Streamlit runs.
"""
