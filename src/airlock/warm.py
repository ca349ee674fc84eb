"""Imported by the fork server: loads once what every examination needs, so that forks inherit it."""

from airlock.assembly import examination_kit

examination_kit()
