"""The patient's page: plain HTML for a phone, made from the codebook, without Streamlit and without JavaScript.
Nothing here knows the hospital's users.
"""
