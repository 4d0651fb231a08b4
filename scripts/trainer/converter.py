"""llama.cpp's converter, made to read what is trained here: any byte-level vocabulary, and settings as transformers 5 has them."""

OLDER_NAMES = {
    "gpt2": lambda settings: {"n_ctx": settings["n_positions"]},
    "gpt_neox": lambda settings: {"rotary_pct": settings["rope_parameters"]["partial_rotary_factor"]},
}


def adjust(base):
    """Changes the converter's module `conversion.base` in this interpreter."""
    text_model = base.TextModel
    text_model.get_vocab_base_pre = with_own_pre_tokenizer(text_model.get_vocab_base_pre)
    # Llama's converter tries sentencepiece first; shards are made with byte-level BPE only, which is GPT-2's kind.
    text_model._set_vocab_sentencepiece = lambda self, *_, **__: self._set_vocab_gpt2()
    text_model.prepare_metadata = with_any_vocabulary(text_model.prepare_metadata)
    base.ModelBase.load_hparams = staticmethod(with_older_names(base.ModelBase.load_hparams))


def with_own_pre_tokenizer(known):
    def pre_tokenizer_of(self, tokenizer):
        try:
            return known(self, tokenizer)
        except NotImplementedError:
            return "gpt-2"  # A vocabulary of one's own: byte-level, split like GPT-2's.

    return pre_tokenizer_of


def with_any_vocabulary(prepare):
    """Some families' code asks for sentencepiece, or for tokens that a vocabulary of one's own does not have."""

    def prepare_metadata(self, *which, **how):
        own = self.set_vocab

        def set_vocab():
            try:
                own()
            except Exception:
                self._set_vocab_gpt2()

        self.set_vocab = set_vocab
        return prepare(self, *which, **how)

    return prepare_metadata


def with_older_names(load):
    """A model's settings also by the names that the converter asks for, and transformers 5 no longer gives."""

    def load_settings(*which, **how):
        settings = load(*which, **how)
        older = OLDER_NAMES.get(settings.get("model_type"))
        return {**older(settings), **settings} if older else settings

    return load_settings
