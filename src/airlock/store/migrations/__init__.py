"""Every change of the tables since the first release, each with its way back.

A released migration is never edited: it says what was, with types of its own, and imports nothing
of ``tables``. To change a table, change ``tables``, add ``versions/NNNN_what.py``, raise ``HEAD``;
a test holds the tables that the migrations make against those of ``tables``.
"""

HEAD = "0019"
"""The newest revision; here, so that a store which is up to date opens without Alembic."""
