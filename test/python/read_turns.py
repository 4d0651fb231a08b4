"""Reads rendered conversations as the evaluation does: JSON on stdin, the turns of each on stdout."""

import json
import sys
import types

import numpy as np
from tokenizers import Tokenizer

import tiny  # noqa: F401 (finds the scripts)
from evaluation.contexts import replies_in
from evaluation.turns import TurnReader


def main():
    given = json.load(sys.stdin)
    split = split_of(given["conversations"])
    tokenizer = Tokenizer.from_file(f"{given['tokenizer']}/tokenizer.json")
    manifest = {"rendering": given["rendering"], "persona": given["persona"]}
    reader = TurnReader(types.SimpleNamespace(tokenizer=tokenizer, manifest=manifest, train=split, val=split))
    json.dump([read(reader, split, conversation) for conversation in range(len(split.offsets))], sys.stdout)


def split_of(conversations):
    starts = np.cumsum([0, *(len(conversation["ids"]) for conversation in conversations)])
    turns = [start + turn for start, conversation in zip(starts, conversations) for turn in conversation["turnStarts"]]
    ids, mask = (np.concatenate([conversation[name] for conversation in conversations]) for name in ("ids", "mask"))
    return types.SimpleNamespace(ids=ids.astype(int), mask=mask.astype(int), offsets=starts[:-1], turns=np.array(turns, int))


def read(reader, split, conversation):
    turns = reader.turns(split, conversation)
    own = replies_in(reader, split, conversation, persona=True, max_tokens=10**9)
    shown = [{"speaker": t.speaker, "isPersona": t.is_persona, "bubbles": reader.bubbles(split.ids[t.body : t.end].tolist())[0]} for t in turns]
    return {"turns": shown, "contexts": [reply.context for reply in own]}


main()
