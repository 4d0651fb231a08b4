"""Writes messages by chat templates as transformers does, on a fixed day; null where a template refuses them.

    echo '{"templates": [...], "conversations": [[...]], "begin": "<s>", "end": "</s>"}' | .venv/bin/python test/python/apply_chat_templates.py
"""

import datetime
import json
import sys

from transformers.utils import chat_template_utils


class Noon(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 12, tzinfo=tz)


def main():
    chat_template_utils.datetime = Noon
    given = json.load(sys.stdin)
    named = {"bos_token": given["begin"], "eos_token": given["end"]}
    print(json.dumps([[apply(text, messages, named) for messages in given["conversations"]] for text in given["templates"]]))


def apply(template, messages, named):
    try:
        return chat_template_utils.render_jinja_template([messages], chat_template=template, **named)[0][0]
    except Exception:
        return None


if __name__ == "__main__":
    main()
