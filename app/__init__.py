"""How people and programs get in. Only what puts the process together is at the top: the server, and the script that
Streamlit runs.
"""
