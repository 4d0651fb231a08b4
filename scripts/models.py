"""Base models: which there are, how they are fetched and loaded. Safetensors only, never code from a repository."""

import os
import re
from pathlib import Path

from events import Problem

# Name → (repository, commit): Node, Python and a later resume must see the same weights.
PRESETS = {
    "gpt2": ("openai-community/gpt2", "607a30d783dfa663caf39e06633721c8d4cfcd7e"),
    "gpt2-medium": ("openai-community/gpt2-medium", "6dcaa7a952f72f9298047fd5137cd6e4f05f41da"),
    "gpt2-large": ("openai-community/gpt2-large", "32b71b12589c2f8d625668d2335a01cac3249519"),
    "gpt2-xl": ("openai-community/gpt2-xl", "15ea56dee5df4983c59b2538573817e1667135e2"),
    "smollm2-135m": ("HuggingFaceTB/SmolLM2-135M-Instruct", "main"),
}
FILES = ["config.json", "generation_config.json", "*.safetensors", "*.safetensors.index.json"]
TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"]
SCRATCH = re.compile(r"scratch:(\d+)x(\d+)x(\d+)$")


def resolve(name, revision=None):
    """The local directory of a base model and its revision; downloads it on first need."""
    if Path(name).is_dir():
        return Path(name).resolve(), None
    repository, pinned = PRESETS.get(name) or PRESETS.get(name.rsplit("/", 1)[-1].lower()) or (name, "main")
    if "/" in name and repository != name:
        repository, pinned = name, "main"
    return download(repository, revision or pinned), revision or pinned


def download(repository, revision):
    os.environ.setdefault("HF_HUB_ETAG_TIMEOUT", "10")
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", "30")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError, RevisionNotFoundError

    wanted = {"revision": revision, "allow_patterns": FILES + TOKENIZER_FILES}
    try:
        return Path(snapshot_download(repository, local_files_only=True, **wanted))
    except HFValidationError:
        raise Problem(
            f"There is no base called {repository}: it is no folder, no preset and no hub id",
            f"Use one of {', '.join(PRESETS)}, scratch:6x6x384, a hub id such as openai-community/gpt2, or a folder.",
        )
    except Exception:
        pass  # Not in the cache.
    try:
        return Path(snapshot_download(repository, **wanted))
    except (RepositoryNotFoundError, RevisionNotFoundError):
        raise Problem(f"The hub has no model {repository} at {revision}", "Check its name on huggingface.co/models.")
    except Exception as error:
        raise Problem(
            f"The base {repository} is not on this machine, and the hub cannot be reached ({type(error).__name__})",
            "Connect to the network once, or copy the model's folder here and pass its path with --base; "
            "--base scratch:6x6x384 needs no base at all.",
        )


def load(name, revision, shards, dtype):
    """A causal language model ready to train, its weights in `dtype`."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    scratch = SCRATCH.match(name)
    if scratch:
        return from_scratch(*map(int, scratch.groups()), shards).to(dtype)
    directory, _ = resolve(name, revision)
    if not list(directory.glob("*.safetensors")):
        raise Problem(
            f"{directory} holds no safetensors", "Convert the model to safetensors: pickled weights can run code."
        )
    config = AutoConfig.from_pretrained(directory, trust_remote_code=False)
    model = AutoModelForCausalLM.from_pretrained(
        directory, config=config, dtype=dtype, use_safetensors=True, trust_remote_code=False, attn_implementation="sdpa"
    )
    size = model.get_input_embeddings().weight.shape[0]
    if shards.manifest["tokenizer"]["vocabularySize"] > size:
        raise Problem(
            f"The shards were made with another tokeniser: they know {shards.manifest['tokenizer']['vocabularySize']} ids, "
            f"the base {size}",
            "Run persona train --base with this base, which prepares shards for it.",
        )
    return model


def from_scratch(layers, heads, width, shards, context=1024):
    """A GPT-2 from random weights."""
    from transformers import GPT2Config, GPT2LMHeadModel

    if width % heads != 0:
        raise Problem(f"A width of {width} cannot be shared by {heads} heads", "Choose a width that the heads divide.")
    end = shards.manifest["endOfConversation"]
    config = GPT2Config(
        vocab_size=shards.manifest["tokenizer"]["vocabularySize"],
        n_positions=context,
        n_embd=width,
        n_layer=layers,
        n_head=heads,
        bos_token_id=end,
        eos_token_id=end,
        attn_implementation="sdpa",
    )
    return GPT2LMHeadModel(config)


def context_of(model):
    """How many positions the model knows."""
    config = model.config
    return getattr(config, "n_positions", None) or getattr(config, "max_position_embeddings", 1024)


def add_lora(model, rank, alpha, dropout):
    """Wraps the model with LoRA adapters on every linear layer of its blocks (Hu et al. 2021; QLoRA's choice of layers)."""
    from peft import LoraConfig, get_peft_model

    is_gpt2 = model.config.model_type == "gpt2"
    targets = ["c_attn", "c_proj", "c_fc"] if is_gpt2 else "all-linear"
    config = LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=targets, fan_in_fan_out=is_gpt2, task_type="CAUSAL_LM"
    )
    return get_peft_model(model, config)
