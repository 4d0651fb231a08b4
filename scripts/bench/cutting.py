"""Trains a small model on each of several data sets and measures all of them on the same held-out bubbles.

    .venv/bin/python scripts/bench/cutting.py QUESTIONS SEED SHARDS...

For `persona bench cutting`. QUESTIONS holds [{ids, from, to, bytes, isInside}]: a bubble's tokens lie in [from, to) of
ids. Every model starts from the same weights and sees each conversation of its data set in the same number of epochs;
the loss runs on the persona's words alone. Prints one JSON line: for each folder, bits per byte of all bubbles and of
those whose context is of one session, and the tokens of training.
"""

import json
import math
import sys
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn.functional import cross_entropy, scaled_dot_product_attention

CONTEXT = 256
WIDTH, LAYERS, HEADS = 64, 2, 4
EPOCHS = 10
# Tokens of a batch, padding included.
BATCH = 4096
LEARNING_RATE = 2e-3
PERSONA = 1


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.norm_up = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        rows, length, _ = x.shape
        heads = self.qkv(self.norm(x)).view(rows, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(*heads, is_causal=True)
        x = x + self.out(seen.transpose(1, 2).reshape(rows, length, WIDTH))
        return x + self.down(nn.functional.gelu(self.up(self.norm_up(x))))


class Model(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        # As GPT-2: embeddings are the head too, and larger ones would make it sure of itself at the start.
        for embedding in (self.tokens, self.positions):
            nn.init.normal_(embedding.weight, std=0.02)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        return self.norm(self.blocks(x)) @ self.tokens.weight.T


def read_conversations(folder):
    """[(ids, mask)] of the training split, cut into windows that fit; a later window starts with the prefix too."""
    ids = numpy.fromfile(folder / "train.bin", dtype=numpy.uint16).astype(numpy.int64)
    mask = numpy.fromfile(folder / "train.mask", dtype=numpy.uint8)
    starts = numpy.fromfile(folder / "train.offsets", dtype=numpy.uint64).astype(int)
    windows = []
    for start, end in zip(starts, [*starts[1:], len(ids)]):
        for at in range(start + 1, end, CONTEXT - 1):
            stop = min(at + CONTEXT - 1, end)
            windows.append(
                (numpy.concatenate([ids[start : start + 1], ids[at:stop]]), numpy.concatenate([[0], mask[at:stop]]))
            )
    return windows


def batches(windows, generator):
    """Windows of about the same length together, in random order."""
    order = sorted(range(len(windows)), key=lambda index: len(windows[index][0]))
    groups, group = [], []
    for index in order:
        group.append(index)
        if len(group) * len(windows[index][0]) >= BATCH:
            groups.append(group)
            group = []
    if group:
        groups.append(group)
    for index in torch.randperm(len(groups), generator=generator).tolist():
        yield pad([windows[item] for item in groups[index]])


def pad(windows):
    length = max(len(ids) for ids, _ in windows)
    ids = torch.zeros(len(windows), length, dtype=torch.long)
    targets = torch.zeros(len(windows), length, dtype=torch.bool)
    for row, (window, mask) in enumerate(windows):
        ids[row, : len(window)] = torch.from_numpy(window)
        targets[row, : len(window)] = torch.from_numpy(mask == PERSONA)
    return ids, targets


def losses(model, ids, targets):
    """The loss of each target, in nats."""
    logits = model(ids)[:, :-1][targets[:, 1:]]
    return cross_entropy(logits, ids[:, 1:][targets[:, 1:]], reduction="none")


def train(windows, vocabulary, seed):
    torch.manual_seed(seed)
    model = Model(vocabulary)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.1)
    for epoch in range(EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * (1 - epoch / EPOCHS)
        for ids, targets in batches(windows, generator):
            if not targets[:, 1:].any():
                continue
            optimizer.zero_grad()
            losses(model, ids, targets).mean().backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    return model.eval()


@torch.no_grad()
def bits_per_byte(model, questions):
    bits = 0.0
    for at in range(0, len(questions), 32):
        windows = []
        for question in questions[at : at + 32]:
            mask = numpy.zeros(len(question["ids"]), dtype=numpy.uint8)
            mask[question["from"] : question["to"]] = PERSONA
            windows.append((numpy.array(question["ids"])[-CONTEXT:], mask[-CONTEXT:]))
        bits += losses(model, *pad(windows)).sum().item() / math.log(2)
    return bits / sum(question["bytes"] for question in questions)


def main(questions_file, seed, *folders):
    torch.set_num_threads(1)
    questions = json.loads(Path(questions_file).read_text())
    data = {folder: read_conversations(Path(folder)) for folder in folders}
    # Only ids that occur: most of GPT-2's vocabulary would be idle weights.
    used = {token for windows in data.values() for ids, _ in windows for token in ids.tolist()}
    used |= {token for question in questions for token in question["ids"]}
    number = {token: index for index, token in enumerate(sorted(used))}
    for question in questions:
        question["ids"] = [number[token] for token in question["ids"]]
    results = {}
    for folder, windows in data.items():
        numbered = [(numpy.array([number[token] for token in ids.tolist()]), mask) for ids, mask in windows]
        model = train(numbered, len(number), int(seed))
        results[folder] = {
            "all": bits_per_byte(model, questions),
            "inside": bits_per_byte(model, [question for question in questions if question["isInside"]]),
            "tokens": sum(len(ids) for ids, _ in windows),
        }
        print(folder, results[folder], file=sys.stderr)
    print(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
