"""What everybody may see: a snapshot of banner states, told as JSON, SVG and HTML over HTTP."""
