"""Whatever imports Streamlit and is no page: the frame, filters, charts, cached reads."""
