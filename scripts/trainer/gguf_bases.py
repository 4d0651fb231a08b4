"""Bases out of GGUF files: de-quantised, so that what comes out is a plain Hugging Face folder with safetensors."""

import json
import os
import shutil
from pathlib import Path

from trainer.events import Problem, first_line
from trainer.sentence_pieces import tokenizer_of_gguf
from trainer.shards import sha256_of

CACHE = Path(__file__).resolve().parents[2] / ".cache"


def folder_of(file):
    """The folder that a GGUF was unpacked to, or is now; the same file is unpacked once."""
    folder = CACHE / f"{file.stem}-{sha256_of(file)[:12]}"
    if not folder.exists():
        CACHE.mkdir(exist_ok=True)
        try:
            unpack(file, folder)
        except Problem:
            raise
        except Exception as error:
            raise Problem(f"{file} cannot be unpacked: {first_line(error)}", "Use the model as safetensors: a hub id or a folder.")
    return folder


def unpack(file, out):
    """Writes a GGUF's weights and tokeniser as a folder; aside, then renamed."""
    os.environ["TQDM_DISABLE"] = "1"  # Read as it is imported: the reader of GGUFs does not heed transformers' own switch.
    import torch
    from transformers import AutoModelForCausalLM

    quantised = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    config = quantised.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    if hasattr(config, "query_pre_attn_scalar"):
        config.query_pre_attn_scalar = config.head_dim  # Gemma's, which GGUF does not hold; all but its 27B have it so.
    # A de-quantised model refuses save_pretrained; a fresh one with its weights does not.
    model = type(quantised)(config)
    model.load_state_dict(quantised.state_dict())
    aside = out.with_name(f"{out.name}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    model.save_pretrained(aside)
    write_tokenizer(file, aside)
    shutil.rmtree(out, ignore_errors=True)
    aside.rename(out)


def write_tokenizer(file, directory):
    from transformers import AutoTokenizer

    found = tokenizer_of_gguf(fields_of(file))
    if found is None:
        AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name).save_pretrained(directory)
        return
    for name, content in zip(("tokenizer.json", "tokenizer_config.json"), found):
        (directory / name).write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def fields_of(file):
    """A function that gives a GGUF's field by its name, None where it has none."""
    from gguf import GGUFReader

    fields = GGUFReader(file).fields
    return lambda name: fields[name].contents() if name in fields else None
