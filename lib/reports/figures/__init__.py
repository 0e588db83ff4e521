"""Figures made of small frames with plotly.graph_objects; every text that came from outside is escaped before it enters."""
