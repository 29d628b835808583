"""The patient's page: plain HTML for a phone, made from the codebook, without Streamlit and without JavaScript.
Nothing here knows who works at the hospital.
"""
