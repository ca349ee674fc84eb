
import json

version_json = '''
{"version": "1.0"}
'''  # END VERSION_JSON


def get_versions():
    return json.loads(version_json)
