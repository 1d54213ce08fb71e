"""Endurance: applications under load for minutes, and all that must lose none of their requests."""
