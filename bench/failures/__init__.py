"""Versions that fail, in one cluster by four tools: what each says, and after how many seconds."""
