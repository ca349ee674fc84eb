from example.api import Client
