import http.client
import os

connection = http.client.HTTPSConnection(f"sts.{os.environ['AWS_REGION']}.example")


def assume(token):
    connection.request("POST", "/?RoleArn=" + os.environ["AWS_ROLE_ARN"] + "&Token=" + token)
