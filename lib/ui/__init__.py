"""Streamlit parts: the table of pages, who is here, the side bar, filters, cards and tables."""
