"""Models, loaded or made, and what families call differently. Safetensors only, never code from a repository."""

import copy
import json
import re

from trainer.bases import resolve
from trainer.events import Problem, first_line

SCRATCH = re.compile(r"scratch:(\d+)x(\d+)x(\d+)$")


def load(name, revision, shards, dtype, dropout=None, context=None):
    """A causal language model ready to train, its weights in `dtype`; refuses one that does not know the shards' tokens."""
    scratch = SCRATCH.match(name)
    if scratch:
        model = from_scratch(*map(int, scratch.groups()), shards, max(1024, context or 0), dropout).to(dtype)
    else:
        model = from_folder(resolve(name, revision)[0], shards, dtype, dropout)
    size = model.get_input_embeddings().weight.shape[0]
    most = max(int(split.ids.max(initial=0)) for split in (shards.train, shards.val))
    known = shards.manifest["tokenizer"]["vocabularySize"]
    if max(known, most + 1) > size:
        raise other_tokenizer(f"they know {max(known, most + 1)} ids, the base {size}")
    return model


def from_folder(directory, shards, dtype, dropout):
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForCausalLM

    if not list(directory.glob("*.safetensors")):
        raise Problem(f"{directory} holds no safetensors", "Convert the model to safetensors: pickled weights can run code.")
    check_tokenizer(directory, shards)
    try:
        config = AutoConfig.from_pretrained(directory, trust_remote_code=False)
        check_is_causal(config, directory)
        set_dropout(config, dropout)
        use_fused_gelu(config)
        options = {"dtype": dtype, "use_safetensors": True, "trust_remote_code": False, "attn_implementation": attention_of(config)}
        return AutoModelForCausalLM.from_pretrained(directory, config=config, **options)
    except (ValueError, OSError, KeyError, SafetensorError) as error:
        raise Problem(
            f"{directory} cannot be loaded as a causal language model: {first_line(error)}",
            "Choose a base such as gpt2-large, or copy the model's folder again.",
        )


def attention_of(config):
    from transformers import MODEL_FOR_CAUSAL_LM_MAPPING

    known = MODEL_FOR_CAUSAL_LM_MAPPING.get(type(config), None)
    return own_attention(known) if known else "eager"


def own_attention(model):
    """The fastest of the attentions that the makers of a model, or of its class, have made for it."""
    return "sdpa" if model._supports_sdpa else "eager"


def check_is_causal(config, directory):
    kinds = config.architectures or []
    is_causal = any(kind.endswith(("ForCausalLM", "LMHeadModel")) for kind in kinds) or not kinds
    if config.is_encoder_decoder or not is_causal:
        raise Problem(
            f"{directory} is no causal language model but {', '.join(kinds) or config.model_type}",
            "Choose a base that continues text, such as gpt2-large.",
        )


def check_tokenizer(directory, shards):
    """The base's vocabulary must be the one that the shards were made with, word for word."""
    ours, theirs = (vocabulary_of(folder / "tokenizer.json") for folder in (shards.directory, directory))
    if ours is not None and theirs is not None and ours != theirs:
        raise other_tokenizer("their vocabularies differ")


def vocabulary_of(path):
    try:
        return json.loads(path.read_text("utf-8"))["model"]["vocab"]
    except (OSError, ValueError, KeyError):
        return None


def other_tokenizer(how):
    return Problem(
        f"The shards were made with another tokeniser than the base's: {how}",
        "Run persona train --base with this base, which prepares shards for it.",
    )


def from_scratch(layers, heads, width, shards, context=1024, dropout=None):
    """A GPT-2 from random weights, with as many words as the shards' tokeniser has."""
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
    set_dropout(config, dropout)
    use_fused_gelu(config)
    return GPT2LMHeadModel(config)


def use_fused_gelu(config):
    """GPT-2's activation as one operation: written out in several, autocast on a GPU makes most of them in fp32 and keeps them."""
    if getattr(config, "activation_function", None) == "gelu_new":
        config.activation_function = "gelu_pytorch_tanh"


def use_known_gelu(config):
    """The same activation by the name that its family gives it, as programs that read the model know it."""
    if getattr(config, "activation_function", None) == "gelu_pytorch_tanh":
        config.activation_function = type(config)().activation_function


def shortened(config, layers):
    """The same kind of model with its first layers only: what a configuration lists by layer is cut as well."""
    small, whole = copy.deepcopy(config), config.num_hidden_layers
    for name, value in vars(config).items():
        if isinstance(value, list) and len(value) == whole:
            setattr(small, name, value[:layers])
    small.num_hidden_layers = layers
    return small


def set_dropout(config, dropout):
    """Sets every dropout that the model has; None leaves them as its makers chose."""
    if dropout is None:
        return
    for name in ("attn_pdrop", "resid_pdrop", "embd_pdrop", "attention_dropout", "hidden_dropout"):
        if hasattr(config, name):
            setattr(config, name, dropout)


def blocks_of(model):
    """The transformer blocks of a model, first to last."""
    from torch.nn import ModuleList

    count = model.config.num_hidden_layers
    for module in model.modules():
        if isinstance(module, ModuleList) and len(module) == count:
            return module
    raise Problem("This model's blocks could not be found", "Leave out --train-layers and --compile.")
