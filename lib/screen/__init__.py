"""The script that Streamlit reruns; nothing else may lie here, for this folder leads `sys.path` in every run."""
