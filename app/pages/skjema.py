"""Stand-in until the forms' branch is merged."""
import streamlit as st
st.write("Skjema", st.query_params.to_dict())
