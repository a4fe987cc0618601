"""A tuned model as one GGUF file, for llama.cpp, Ollama and what stands on them.

Only what was compared with llama.cpp is written: the architecture of Llama without biases and without scaled
positions. The names and meanings are those of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from pathlib import Path
from typing import TYPE_CHECKING

import gguf
import numpy as np
from gguf import GGMLQuantizationType, LlamaFileType

from ..model.chat_template import end_of_turn
from .gguf_vocabulary import Vocabulary, read_vocabulary
from .merged_folder import end_ids
from .not_exportable import NotExportable

if TYPE_CHECKING:
    from transformers import PreTrainedModel

ARCHITECTURE = "LlamaForCausalLM"
TYPES = {  # of the matrices; vectors stay in float32
    "f32": (GGMLQuantizationType.F32, LlamaFileType.ALL_F32),
    "f16": (GGMLQuantizationType.F16, LlamaFileType.MOSTLY_F16),
    "q8_0": (GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0),
}
BLOCK = 32  # weights that Q8_0 scales together: a row must have a multiple of them


def write_gguf(
    path: Path, model: "PreTrainedModel", tokenizer, weight_type: str, name: str, licence: str | None
) -> None:
    """Write the file; `weight_type` is one of TYPES. Raises NotExportable before anything is written."""
    check_architecture(model.config)
    vocabulary = read_vocabulary(tokenizer, model.config.vocab_size)
    matrices, file_type = TYPES[weight_type]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(name)
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    if licence:
        writer.add_license(licence)
    add_dimensions(writer, model.config)
    add_vocabulary(writer, vocabulary, end_ids(model, tokenizer), end_of_turn(tokenizer))
    writer.add_chat_template(tokenizer.chat_template)
    for tensor, weights in llama_tensors(model).items():
        kind = tensor_type(weights, matrices)
        writer.add_tensor(tensor, gguf.quants.quantize(weights, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def check_architecture(config) -> None:
    """Raise NotExportable for a model that would not answer in llama.cpp as it does here."""
    architecture = (config.architectures or ["an unknown one"])[0]
    if architecture != ARCHITECTURE:
        raise NotExportable(
            f"GGUF is written for the architecture {ARCHITECTURE} only, and this model's is {architecture}"
        )
    positions = config.rope_parameters if hasattr(config, "rope_parameters") else config.rope_scaling
    scaled = (positions or {}).get("rope_type", "default") != "default"
    if scaled or config.attention_bias or config.mlp_bias or config.hidden_act != "silu":
        raise NotExportable("GGUF is written for models without biases and scaled positions, and this model has some")


def add_dimensions(writer: gguf.GGUFWriter, config) -> None:
    heads, width = config.num_attention_heads, config.head_dim or config.hidden_size // config.num_attention_heads
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_rope_dimension_count(width)
    writer.add_rope_freq_base(rope_theta(config))
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)


def rope_theta(config) -> float:
    """The base of the position's frequencies, which transformers 5 has moved."""
    return (getattr(config, "rope_parameters", None) or vars(config))["rope_theta"]


def add_vocabulary(writer: gguf.GGUFWriter, vocabulary: Vocabulary, ends: list[int], turn_end: int | None) -> None:
    writer.add_tokenizer_model("gpt2")  # the name of all byte-level BPE there
    writer.add_tokenizer_pre(vocabulary.pre_tokenizer)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    writer.add_token_merges(vocabulary.merges)
    writer.add_add_bos_token(False)  # a chat template writes what stands at the beginning
    if ends:
        writer.add_eos_token_id(ends[0])
    if turn_end is not None:
        writer.add_eot_token_id(turn_end)


def llama_tensors(model: "PreTrainedModel") -> dict[str, np.ndarray]:
    """The weights in float32, by llama.cpp's names and in its order."""
    config = model.config
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    tensors = {}
    for name, weights in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue  # it is the embedding, which llama.cpp takes then
        tensor = names.get_name(name, try_suffixes=(".weight",))
        assert tensor, f"{name} has no name in GGUF"
        array = weights.float().cpu().numpy()
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            array = interleaved(array, config.num_attention_heads if "q_proj" in name else config.num_key_value_heads)
        tensors[tensor] = array
    return tensors


def interleaved(weights: np.ndarray, heads: int) -> np.ndarray:
    """Queries or keys (heads * width, inputs) with the two numbers that a position turns together side by side.

    transformers has them half a head apart, as `rotate_half` of its Llama shows; llama.cpp reads pairs.
    """
    rows, inputs = weights.shape
    return weights.reshape(heads, 2, rows // heads // 2, inputs).swapaxes(1, 2).reshape(rows, inputs)


def tensor_type(weights: np.ndarray, matrices: GGMLQuantizationType) -> GGMLQuantizationType:
    if weights.ndim == 1:
        return GGMLQuantizationType.F32
    if matrices == GGMLQuantizationType.Q8_0 and weights.shape[1] % BLOCK:
        return GGMLQuantizationType.F16
    return matrices
