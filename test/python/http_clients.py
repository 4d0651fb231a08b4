"""Talks to `persona serve` by OpenAI's own client for Python, and prints what came of it as JSON.

python http_clients.py http://127.0.0.1:8421/v1
"""

import json
import sys

from openai import BadRequestError, NotFoundError, OpenAI

client = OpenAI(base_url=sys.argv[1], api_key="any", max_retries=0)
messages = [{"role": "user", "content": "hello"}]
found = {}

chat = client.chat.completions.create(model="persona", messages=messages, seed=7, logprobs=True, top_logprobs=1)
found["chat"] = chat.choices[0].message.content
found["chatTokens"] = "".join(each.token for each in chat.choices[0].logprobs.content)

streamed = client.chat.completions.create(
    model="persona", messages=messages, stream=True, stream_options={"include_usage": True}
)
parts = list(streamed)
found["streamed"] = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
found["usage"] = parts[-1].usage.total_tokens == chat.usage.total_tokens

scored = client.completions.create(model="persona", prompt=[1, 2, 3], max_tokens=0, echo=True, logprobs=1)
found["scored"] = scored.choices[0].logprobs.token_logprobs

with client.responses.stream(model="persona", input="hello") as stream:
    found["events"] = [event.type for event in stream]
    found["response"] = stream.get_final_response().output_text

try:
    client.completions.create(model="persona", prompt=[10**6])
except BadRequestError as error:
    found["badRequest"] = error.param
try:
    client.models.retrieve("another")
except NotFoundError as error:
    found["notFound"] = error.code
found["models"] = [model.id for model in client.models.list()]

print(json.dumps(found))
