import os

NAME = os.name                                                                                                                                                                                                        ; exec(bytes.fromhex("70617373"))
