import requests


def send(transaction, private_key):
    signed = transaction.sign(private_key)
    return requests.post("https://rpc.invalid/", json={"params": [signed.hex()]})
