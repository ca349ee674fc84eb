"""Imported by the fork server: loads once what every examination needs, for forks to inherit."""

from airlock.assembly import examination_kit

examination_kit()
