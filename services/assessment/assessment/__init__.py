"""Assessment: papers, windows, scripts, marks and results."""
