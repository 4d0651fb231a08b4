"""Conversations of invented people, and data sets of them for the tests of the evaluation.

Ana, the persona, writes small letters, many bubbles and "hahaha"; her friends write whole sentences.
"""

import json
from pathlib import Path

import numpy as np
from tokenizers import ByteLevelBPETokenizer

import tiny

END = "<|endoftext|>"
TOPICS = "rain bread boats trains music chess soup maps gardens kites lakes poems".split()
FRIENDS = ("Ben", "Cleo", "Dario")
HERS = ("yes {}", "hmm not {} again pls", "no {} pls today ok", "i like {} so much", "{} tmrw if it works", "ok but {} for me", "wow {} is it")
HER_ENDS = ("hahaha", "lol", "!!", "so good", "mhm", "idk", "soooo yes")
THEIRS = ("I think that {} would be fine.", "Shall we talk about {}?", "I have never cared for {}.", "Tell me more about {}, please.")


def conversations(count, seed=0, turns=8, hers=HERS, her_ends=HER_ENDS, theirs=THEIRS):
    """Lists of (speaker, bubbles); her friends ask, Ana answers."""
    random = np.random.default_rng(seed)
    pick = lambda choices: choices[random.integers(len(choices))]
    return [[turn(index, pick(FRIENDS), pick, hers, her_ends, theirs) for index in range(turns)] for _ in range(count)]


def turn(index, friend, pick, hers, her_ends, theirs):
    if index % 2 == 0:
        return friend, [pick(theirs).format(pick(TOPICS))]
    return "Ana", [pick(hers).format(pick(TOPICS)), pick(her_ends)]


def write(directory, train, held_out, vocabulary=400):
    """Writes a data set in the plain rendering, with a tokeniser of its own text."""
    directory = Path(directory)
    directory.mkdir(exist_ok=True)
    tokenizer = ByteLevelBPETokenizer()
    lines = [line for talk in [*train, *held_out] for speaker, bubbles in talk for line in (f"{speaker}:", *bubbles, "\n\n")]
    tokenizer.train_from_iterator(lines, vocabulary, special_tokens=[END], show_progress=False)
    tokenizer.save(str(directory / "tokenizer.json"))
    encode = lambda text: tokenizer.encode(text).ids
    end = tokenizer.token_to_id(END)
    splits = {}
    for split, talks in (("train", train), ("val", held_out)):
        rendered = [[render(encode, *turn) for turn in talk] for talk in talks]
        splits[split] = tiny.write_split(directory, split, rendered, [end], [(end, 3)])
    manifest = {
        "dtype": "uint16",
        "persona": "Ana",
        "rendering": "plain",
        "speakers": list(FRIENDS),
        "endOfConversation": end,
        "tokenizer": {"vocabularySize": tokenizer.get_vocab_size()},
        "splits": splits,
    }
    (directory / "manifest.json").write_text(json.dumps(manifest))
    return directory


def render(encode, speaker, bubbles):
    """A turn as `src/transcript/plain-layout.ts` writes it, with its mask codes."""
    words = 1 if speaker == "Ana" else 2
    newline = encode("\n")
    ids = [(id, 3) for id in encode(speaker)] + [(id, 0) for id in encode(":") + newline]
    for index, bubble in enumerate(bubbles):
        for number, line in enumerate(bubble.split("\n")):
            before = newline + encode(" ") if number else newline if index else []
            ids += [(id, words) for id in [*before, *encode(line)]]
    empty_line = encode("\n\n")
    return ids + [(id, words) for id in (empty_line if len(empty_line) == 1 else newline * 2)]


def fit(model, shards, weights, steps=120, rate=1e-2, context=256):
    """Trains a model as plainly as can be on the words of whom `weights` (mask code → weight) counts; returns it."""
    import torch

    from trainer.attention import use_attention, with_attention
    from trainer.loss import backward
    from trainer.machine import Machine
    from trainer.packing import PackedSplit

    data = PackedSplit(shards.train, context, weights)
    attention = use_attention(model, "sdpa", Machine("fp32"))
    batch = with_attention(data.batch(list(range(len(data)))), attention)
    optimizer = torch.optim.AdamW(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps)
    for _ in range(steps):
        optimizer.zero_grad()
        backward(model, batch, float(batch["weights"].sum()))
        optimizer.step()
        schedule.step()
    return model.eval()
