"""Pure drawing: frames in, Plotly figures out. One function per picture."""
