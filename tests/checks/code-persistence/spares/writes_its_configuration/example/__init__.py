import json
from pathlib import Path

SETTINGS = Path.home() / ".config" / "example" / "settings.json"


def save(settings):
    SETTINGS.parent.mkdir(parents=True, exist_ok=True)
    SETTINGS.write_text(json.dumps(settings))
