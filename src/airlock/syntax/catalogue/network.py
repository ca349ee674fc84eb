"""What talks to other machines."""

import re

from airlock.syntax.catalogue.rows import RECEIVER, Effect, row
from airlock.syntax.facts import Deed, Origin

HTTP_LIBRARIES = frozenset(
    "requests httpx aiohttp urllib3 grequests requests_html requests_futures cloudscraper "
    "tls_client curl_cffi niquests treq asks hyper httplib2 primp botocore.vendored.requests "
    "requests_toolbelt".split()
)
"""Packages whose verbs all take a URL."""
HTTP_VERBS = frozenset(
    "get post put patch delete head options request urlopen stream send open_url".split()
)
_GET = row(Deed.REQUEST, keywords="url uri", gives=Origin.NETWORK)
_POST = row(Deed.REQUEST, keywords="url", options="post", gives=Origin.NETWORK)
_VIA = row(Deed.REQUEST, RECEIVER, 1, keywords="url", gives=Origin.NETWORK)
_MESSAGE = row(Deed.REQUEST, RECEIVER, options="post body", gives=Origin.NETWORK)

HANDED = row(Deed.SEND, RECEIVER, options="client")
"""To a service that a library speaks to: of interest only for what is handed over."""
CLIENTS = frozenset(
    "pymongo motor paho redis pika kafka nats zmq boto3 botocore aiobotocore aioboto3 minio "
    "dropbox aiogram telethon pyrogram telegram telebot slack_sdk slack websocket websockets "
    "socketio web3 solana solders psycopg psycopg2 pymysql MySQLdb sqlalchemy asyncpg "
    "elasticsearch influxdb influxdb_client firebase_admin pyrebase supabase discord nextcord "
    "disnake twilio sendgrid paramiko pysftp github gspread pusher pubnub ably ftplib "
    "telnetlib nntplib".split()
)
"""Packages that talk to a service of somebody's."""
_HANDING = re.compile(
    r"(send|post|publish|upload|put|insert|emit|push|produce|create|store|write|reply|answer"
    r"|chat_post|files_upload|append|single|multiple|execute|notify|trigger|add|set|lpush|rpush"
    r"|xadd|index|update)(_\w+|[A-Z]\w*)?"
)


def handed(package: str, verb: str) -> Effect | None:
    """Return what a call of a client's method does that may hand something over."""
    return HANDED if package in CLIENTS and _HANDING.fullmatch(verb) else None


HTTP_ROWS: dict[str, Effect] = {
    "get": _GET,
    "head": _GET,
    "options": _GET,
    "urlopen": _GET,
    "open_url": _GET,
    "delete": _POST,
    "post": _POST,
    "put": _POST,
    "patch": _POST,
    "send": _POST,
    "request": row(Deed.REQUEST, 1, keywords="url", gives=Origin.NETWORK),
    "stream": row(Deed.REQUEST, 1, keywords="url", gives=Origin.NETWORK),
}

NETWORK: dict[str, Effect] = {
    "urllib.request.urlopen": _GET,
    "urllib.request.OpenerDirector.open": _GET,
    "urllib.request.build_opener.open": _GET,
    "urllib.request.urlretrieve": row(
        Deed.REQUEST, keywords="url", options="file", gives=Origin.NETWORK
    ),
    "urllib.request.URLopener.retrieve": row(Deed.REQUEST, options="file", gives=Origin.NETWORK),
    "urllib.URLopener.retrieve": row(Deed.REQUEST, options="file", gives=Origin.NETWORK),
    "urllib.URLopener": row(Deed.REQUEST, RECEIVER, gives=Origin.NETWORK),
    "wget.download": row(Deed.REQUEST, keywords="url", options="file", gives=Origin.NETWORK),
    "http.client.HTTPConnection.request": _VIA,
    "http.client.HTTPSConnection.request": _VIA,
    "http.client.HTTPConnection.getresponse": row(Deed.REQUEST, RECEIVER, gives=Origin.NETWORK),
    "http.client.HTTPSConnection.getresponse": row(Deed.REQUEST, RECEIVER, gives=Origin.NETWORK),
    "http.client.HTTPConnection.send": _MESSAGE,
    "http.client.HTTPSConnection.send": _MESSAGE,
    "pycurl.Curl.perform": row(Deed.REQUEST, RECEIVER, gives=Origin.NETWORK),
    "socket.socket.connect": row(Deed.CONNECT),
    "socket.socket.connect_ex": row(Deed.CONNECT),
    "socket.create_connection": row(Deed.CONNECT, keywords="address"),
    "asyncio.open_connection": row(Deed.CONNECT, 0, 1, keywords="host port", gives=Origin.NETWORK),
    "socket.socket.bind": row(Deed.CONNECT, options="listen"),
    "socket.socket.send": row(Deed.SEND, RECEIVER),
    "socket.socket.sendall": row(Deed.SEND, RECEIVER),
    "socket.socket.sendto": row(Deed.SEND, 1),
    "socket.socket.sendfile": row(Deed.SEND, RECEIVER),
    "socket.create_connection.send": row(Deed.SEND, RECEIVER),
    "socket.create_connection.sendall": row(Deed.SEND, RECEIVER),
    "asyncio.open_connection.write": HANDED,
    "asyncio.open_connection.writelines": HANDED,
    "socket.getaddrinfo": row(Deed.SEND, options="dns"),
    "socket.gethostbyname": row(Deed.SEND, options="dns"),
    "socket.gethostbyname_ex": row(Deed.SEND, options="dns"),
    "dns.resolver.resolve": row(Deed.SEND, options="dns", gives=Origin.NETWORK),
    "dns.resolver.query": row(Deed.SEND, options="dns", gives=Origin.NETWORK),
    "dns.resolver.Resolver.resolve": row(Deed.SEND, options="dns", gives=Origin.NETWORK),
    "dns.resolver.Resolver.query": row(Deed.SEND, options="dns", gives=Origin.NETWORK),
    "ftplib.FTP.storbinary": row(Deed.SEND, RECEIVER),
    "ftplib.FTP.storlines": row(Deed.SEND, RECEIVER),
    "smtplib.SMTP.sendmail": row(Deed.SEND, RECEIVER, options="mail"),
    "smtplib.SMTP.send_message": row(Deed.SEND, RECEIVER, options="mail"),
    "smtplib.SMTP_SSL.sendmail": row(Deed.SEND, RECEIVER, options="mail"),
    "smtplib.SMTP_SSL.send_message": row(Deed.SEND, RECEIVER, options="mail"),
    "websocket.create_connection": row(Deed.CONNECT),
    "websocket.WebSocketApp": row(Deed.CONNECT),
    "websockets.connect": row(Deed.CONNECT),
    "xmlrpc.client.ServerProxy": row(Deed.CONNECT),
    "paramiko.SSHClient.connect": row(Deed.CONNECT),
    "telebot.TeleBot.send_message": _MESSAGE,
    "telebot.TeleBot.send_document": _MESSAGE,
    "telegram.Bot.send_message": _MESSAGE,
    "telegram.Bot.send_document": _MESSAGE,
    "discord_webhook.DiscordWebhook.execute": _MESSAGE,
    "dhooks.Webhook.send": _MESSAGE,
    "dhooks.Webhook": row(Deed.REQUEST, options="post"),
    "discord.Webhook.from_url": row(Deed.REQUEST, options="post"),
    "discord.Webhook.from_url.send": _MESSAGE,
    "discord.SyncWebhook.from_url": row(Deed.REQUEST, options="post"),
    "discord.SyncWebhook.from_url.send": _MESSAGE,
    "discord_webhook.DiscordWebhook": row(Deed.REQUEST, keywords="url", options="post"),
    "discordwebhook.Discord.post": _MESSAGE,
}
RECEIVES: dict[str, Origin] = {
    "socket.socket.recv": Origin.NETWORK,
    "socket.socket.recvfrom": Origin.NETWORK,
    "socket.socket.makefile": Origin.NETWORK,
    "socket.create_connection.recv": Origin.NETWORK,
    "ftplib.FTP.retrbinary": Origin.NETWORK,
    "websocket.create_connection.recv": Origin.NETWORK,
    "xmlrpc.client.ServerProxy": Origin.NETWORK,
    "paramiko.SFTPClient.get": Origin.NETWORK,
}
