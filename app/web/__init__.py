"""What every request passes, with or without Streamlit: open resources, session, security headers, plain pages, static
files. No page's content.
"""
