from example.api.http import Client
