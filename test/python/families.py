"""Every family of models that transformers and llama.cpp share, as tiny models with random weights."""

import re

import torch

import tiny  # noqa: F401 (finds the scripts)

WORDS = 304  # State space models have their vocabulary padded to a multiple of 16.
WIDTH, HEADS, CONTEXT = 64, 4, 64

# By the name of a setting in whatever family has it.
USUAL = {
    **dict.fromkeys(("hidden_size", "n_embd", "d_model"), WIDTH),
    **dict.fromkeys(("intermediate_size", "ffn_hidden_size", "block_ff_dim"), 4 * WIDTH),
    **dict.fromkeys(("moe_intermediate_size", "shared_expert_intermediate_size", "intermediate_size_mlp"), 2 * WIDTH),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "n_layers"), 2),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads"), HEADS),
    "num_key_value_heads": 2,
    "head_dim": WIDTH // HEADS,
    **dict.fromkeys(("max_position_embeddings", "n_positions", "max_seq_len", "seq_length"), CONTEXT),
    "vocab_size": WORDS,
    **dict.fromkeys(("num_experts", "num_local_experts", "n_routed_experts"), 4),
    **dict.fromkeys(("num_experts_per_tok", "moe_topk"), 2),
    **dict.fromkeys(("pad_token_id", "bos_token_id", "eos_token_id"), 0),
}
LATENT = {
    "head_dim": None,
    "num_key_value_heads": HEADS,
    "qk_nope_head_dim": 16,
    "qk_rope_head_dim": 8,
    "v_head_dim": 16,
    "q_lora_rank": 32,
    "kv_lora_rank": 24,
    "first_k_dense_replace": 1,
    "n_group": 1,
    "topk_group": 1,
}
STATES = {"mamba_n_heads": 8, "mamba_d_head": 16, "mamba_d_state": 16, "mamba_n_groups": 1, "mamba_chunk_size": 16, "mamba_expand": 2}
DELTA = {
    "linear_key_head_dim": 16,
    "linear_value_head_dim": 16,
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "layer_types": ["linear_attention", "full_attention"],
}
SECTIONS = {"rope_type": "default", "rope_theta": 1e4, "partial_rotary_factor": 0.25, "mrope_section": [1, 1, 0], "mrope_interleaved": True}
# What a family needs beside: sizes that follow from others, None for a usual one that is left out.
OWN = {
    "bamba": {**STATES, "attn_layer_indices": [1], "head_dim": None},
    "deepseek_v2": LATENT,
    "deepseek_v3": LATENT,
    "deepseek_v32": {**LATENT, "index_head_dim": 16, "index_n_heads": 2, "index_topk": 64, "scoring_func": "sigmoid"},
    "dots1": {"n_shared_experts": 1, "num_key_value_heads": HEADS, "scoring_func": "sigmoid"},
    "ernie4_5_moe": {"moe_num_shared_experts": 2},
    "falcon": {"head_dim": None, "num_kv_heads": HEADS},
    "exaone_moe": {"scoring_func": "sigmoid"},
    "falcon_h1": {**STATES, "mamba_d_ssm": 2 * WIDTH, "head_dim": 16},
    "falcon_mamba": {"intermediate_size": 2 * WIDTH},
    "gemma2": {"query_pre_attn_scalar": 16},
    "gemma3_text": {"query_pre_attn_scalar": 16},
    "glm4_moe_lite": LATENT,
    "glm_moe_dsa": {**LATENT, "index_head_dim": 16, "index_n_heads": 2, "index_topk": 64, "scoring_func": "sigmoid"},
    "granitemoehybrid": {**STATES, "layer_types": ["mamba", "attention"]},
    "jamba": {"mamba_d_state": 16, "attn_layer_period": 2, "attn_layer_offset": 1, "expert_layer_period": 2, "mamba_dt_rank": 4},
    "lfm2": {"layer_types": ["conv", "full_attention"], "block_auto_adjust_ff_dim": False},
    "lfm2_moe": {"layer_types": ["conv", "full_attention"], "num_dense_layers": 1},
    "mamba": {"intermediate_size": 2 * WIDTH},
    "mamba2": {"num_heads": 8, "head_dim": 16, "state_size": 16, "n_groups": 1, "chunk_size": 16},
    "mellum": {"layer_types": ["sliding_attention", "full_attention"], "sliding_window": CONTEXT},
    "minicpm3": {**LATENT, "first_k_dense_replace": None},
    "olmoe": {"num_key_value_heads": HEADS},
    "phi": {"num_key_value_heads": HEADS},
    "qwen3_5_moe_text": {**DELTA, "rope_parameters": SECTIONS},
    "qwen3_5_text": {**DELTA, "rope_parameters": SECTIONS},
    "qwen3_next": DELTA,
    "qwen4_exp_text": {**DELTA, "conv_kernel_size": 4, "ngram_vocab_size_base": 64, "hc_lowrank": 16},
    "youtu": {**LATENT, "n_group": None, "topk_group": None},
}


def config_of(family):
    from transformers import AutoConfig

    known = AutoConfig.for_model(family)
    own = OWN.get(family, {})
    chosen = {name: value for name, value in USUAL.items() if hasattr(known, name)} | own
    return AutoConfig.for_model(family, **{name: value for name, value in chosen.items() if value is not None})


def model_of(family, **settings):
    from transformers import AutoModelForCausalLM

    config = config_of(family)
    for name, value in settings.items():
        setattr(config, name, value)
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()


def shared_families():
    """Families by the name of their class, where llama.cpp's converter knows it: `{"LlamaForCausalLM": "llama", …}`."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    known = architectures_of_the_converter()
    names = {}
    for family, kind in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.items():
        if kind in known and kind.endswith(("ForCausalLM", "LMHeadModel")) and "Assistant" not in kind:
            if kind not in names or family.endswith("_text") or family.replace("-", "") in kind.lower():
                names[kind] = family
    return names


def architectures_of_the_converter():
    from export_gguf import converter_folder

    code = "".join(path.read_text("utf-8") for path in (converter_folder() / "conversion").glob("*.py"))
    return {name for names in re.findall(r"@ModelBase\.register\((.*?)\)", code, re.S) for name in re.findall(r'"(\w+)"', names)}
