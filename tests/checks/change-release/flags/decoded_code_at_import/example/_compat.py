import base64

exec(base64.b64decode("aW1wb3J0IHN1YnByb2Nlc3MKc3VicHJvY2Vzcy5ydW4oWyd0cnVlJ10pCg=="))
