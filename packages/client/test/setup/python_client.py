"""A client in Python with python-socketio and nothing of ours: loads, sends, receives, goes away and catches up.

Takes the server's address, a token and a room; prints one JSON object a step, and waits for a line before it comes back.
"""
import json
import queue
import sys

import socketio

url, token, room_id = sys.argv[1:4]
patience = 10
received = queue.Queue()


def say(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


def connect():
    client = socketio.Client(reconnection=False)
    client.on("message:receive", received.put)
    client.connect(url, auth={"token": token, "device_id": "python"})
    return client


def ask(client, event, payload):
    return client.call(event, payload, timeout=patience)


def sync(client, since):
    """All messages after a sequence, by pages."""
    messages = []
    while True:
        answer = ask(client, "messages:sync", {"room_id": room_id, "since_sequence": since, "limit": 2})
        assert answer["success"], answer
        page = answer["data"]
        messages += page["messages"]
        since = page["last_sequence"]
        if not page["has_more"]:
            return messages


client = connect()
chats = ask(client, "chats:sync", {"device_id": "python"})
assert chats["success"], chats
known = sync(client, 0)
say("synced", rooms=[room["id"] for room in chats["data"]["rooms"]], messages=[one["content"] for one in known])

message = {"room_id": room_id, "content": "hello from Python", "client_message_id": "python-1"}
first = ask(client, "message:send", message)
again = ask(client, "message:send", message)
refused = ask(client, "message:send", {**message, "room_id": "nowhere"})
say("sent", first=first.get("data"), again=again.get("data"), refused=refused)

heard = received.get(timeout=patience)
say("received", message=heard)
last = heard["sequence_number"]

client.disconnect()
say("away")
sys.stdin.readline()

client = connect()
missed = sync(client, last)
say("caught-up", sequences=[one["sequence_number"] for one in missed], contents=[one["content"] for one in missed])
client.disconnect()
