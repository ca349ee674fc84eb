from example.client import Client
