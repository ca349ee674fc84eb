"""Where releases come from: an index, a folder, a requirements file.

``interface`` is the port of an index, ``simple_index`` its adapter. They bring asyncio and an HTTP
client with them and are imported by those who need the network.
"""
