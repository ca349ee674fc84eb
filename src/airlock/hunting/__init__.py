"""Hunts through everything that was scanned.

``language`` reads queries, ``observing`` tells what is known of a scan, ``campaigns`` groups what
belongs together, ``retro`` runs a rule or a check over everything that is kept.
"""
