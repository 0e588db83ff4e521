"""Our own HTTP beside Streamlit's: one table of routes, and the headers that every answer carries."""
