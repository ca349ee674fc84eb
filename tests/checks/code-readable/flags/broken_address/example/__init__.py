import requests

hook = https://discord.com/api/webhooks/1234567890/abcdefghijklmnop
requests.get("https://example.invalid/")
