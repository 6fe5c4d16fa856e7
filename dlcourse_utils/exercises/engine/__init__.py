"""What exercises are made of: calling an answer safely, comparing, explaining, feedback."""
