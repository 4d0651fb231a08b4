"""llama.cpp's converter, made to read what is trained here: vocabularies out of `tokenizer.json` alone, and settings as transformers 5 has them."""

import json

from trainer.sentence_pieces import is_sentence_piece, tokens_for_gguf

# What the converter reads of a configuration, and transformers 5 gives otherwise.
AS_BEFORE = {
    "cohere2": lambda settings: {"rotary_pct": turned_share(settings)},
    "falcon": lambda settings: {"num_kv_heads": heads_of_keys(settings)},
    "gpt2": lambda settings: {"n_ctx": settings["n_positions"]},
    "gpt_neox": lambda settings: {"rotary_pct": turned_share(settings)},
}


def turned_share(settings):
    """Of each head, the share that turns with its position."""
    return settings["rope_parameters"].get("partial_rotary_factor", 1.0)


def heads_of_keys(falcon):
    is_shared = falcon["multi_query"] and not falcon["new_decoder_architecture"]
    return 1 if is_shared else falcon["num_kv_heads"]


def adjust(has_vocabulary=True):
    """Changes the converter's modules in this interpreter. An adapter's file has no vocabulary."""
    from conversion import base, granite

    granite.GraniteHybridModel.get_attn_layers = with_kinds_of_layers(granite.GraniteHybridModel.get_attn_layers)
    text_model = base.TextModel
    text_model.get_vocab_base_pre = with_own_pre_tokenizer(text_model.get_vocab_base_pre)
    # Llama's converter tries sentencepiece's own file first; shards are made with `tokenizer.json`, which is GPT-2's kind or marked.
    text_model._set_vocab_sentencepiece = lambda self, *_, **__: self._set_vocab_gpt2()
    if has_vocabulary:
        text_model.prepare_metadata = with_any_vocabulary(text_model.prepare_metadata)
    base.ModelBase.no_mtp = True  # transformers leaves out heads that predict several tokens.
    base.ModelBase.load_hparams = staticmethod(as_before(base.ModelBase.load_hparams))


def with_own_pre_tokenizer(known):
    def pre_tokenizer_of(self, tokenizer):
        try:
            return known(self, tokenizer)
        except NotImplementedError:
            return "gpt-2"  # A vocabulary of one's own: byte-level, split like GPT-2's.

    return pre_tokenizer_of


def with_any_vocabulary(prepare):
    """Some families' code asks for sentencepiece's own file, or for tokens that a vocabulary of one's own does not have."""

    def prepare_metadata(self, *which, **how):
        own = self.set_vocab
        content = json.loads((self.dir_model / "tokenizer.json").read_text("utf-8"))

        def set_vocab():
            if is_sentence_piece(content):
                return set_sentence_pieces(self, content)
            try:
                own()
            except Exception:
                self._set_vocab_gpt2()

        self.set_vocab = set_vocab
        return prepare(self, *which, **how)

    return prepare_metadata


def set_sentence_pieces(self, content):
    import gguf

    known = 1 + max(*content["model"]["vocab"].values(), *(added["id"] for added in content["added_tokens"]))
    tokens, scores, types = tokens_for_gguf(content, max(known, self.hparams.get("vocab_size", known)))
    self.gguf_writer.add_tokenizer_model("llama")
    self.gguf_writer.add_tokenizer_pre("default")
    self.gguf_writer.add_token_list(tokens)
    self.gguf_writer.add_token_scores(scores)
    self.gguf_writer.add_token_types(types)
    self.gguf_writer.add_add_space_prefix(False)  # As training and serving encode, which write parts of a text.
    gguf.SpecialVocab(self.dir_model, n_vocab=len(tokens)).add_to_gguf(self.gguf_writer)


def with_kinds_of_layers(known):
    """Granite's hybrids read the kinds of their layers by themselves; transformers 5 calls them otherwise."""

    def attention_layers(self):
        kinds = self.hparams.get("layer_types") or []
        return [layer for layer, kind in enumerate(kinds) if kind in ("attention", "full_attention")] or known(self)

    return attention_layers


def as_before(load):
    """A model's settings as the converter expects them."""

    def load_settings(*which, **how):
        settings = load(*which, **how)
        changes = AS_BEFORE.get(settings.get("model_type"))
        return settings | changes(settings) if changes else settings

    return load_settings
