"""Carries what was let in to a gate without a network: out into a folder, and in from one."""
