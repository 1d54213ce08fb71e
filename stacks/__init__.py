"""Stack files, and what they may say."""
