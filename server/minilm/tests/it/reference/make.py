#!/usr/bin/env python3
"""Writes embeddings.json: what all-MiniLM-L6-v2 makes of a few texts, by an implementation that shares nothing
with this crate (numpy in 64-bit floats, tokenizer included). Needs numpy.

    python3 make.py MODEL_FOLDER > embeddings.json
"""
import json
import math
import struct
import sys
import unicodedata
from pathlib import Path

import numpy as np

TEXTS = [
    "How many days of parental leave do employees get?",
    "The VPN is reset under Settings > Network; ask IT (ext. 4711) if that fails.",
    "Wie viele Urlaubstage stehen Teilzeitkräften im ersten Jahr zu?",
    "Überstunden müssen innerhalb von drei Monaten ausgeglichen werden – sonst verfallen sie.",
    "naïve café, 50 %, don't, e-mail: a.b@example.com, 東京, [SEP]?",
]


def main(folder):
    tensors = read_tensors(folder / "model.safetensors")
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    cases = []
    for text in TEXTS:
        ids = [vocabulary["[CLS]"], *word_pieces(text, vocabulary), vocabulary["[SEP]"]]
        embedding = [float(f"{value:.7g}") for value in embed(ids, tensors)]
        cases.append({"text": text, "ids": ids, "embedding": embedding})
    print("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]")


def read_tensors(path):
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[8 + size :][slice(*info["data_offsets"])], "<f4").reshape(info["shape"]).astype("f8")
        for name, info in header.items()
        if info["dtype"] == "F32"
    }


def word_pieces(text, vocabulary):
    ids = []
    for word in words(text):
        start, pieces = 0, []
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in vocabulary:
                    pieces.append(vocabulary[piece])
                    start = end
                    break
            else:
                pieces = [vocabulary["[UNK]"]]
                break
        ids += pieces
    return ids


def words(text):
    spaced = ""
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.category(char) == "Mn":
            continue
        alone = is_punctuation(char) or 0x4E00 <= ord(char) <= 0x9FFF
        spaced += f" {char} " if alone else char
    return spaced.lower().split()


def is_punctuation(char):
    ascii_symbol = char.isascii() and char.isprintable() and not char.isalnum() and char != " "
    return ascii_symbol or unicodedata.category(char).startswith("P")


def embed(ids, t):
    x = t["embeddings.word_embeddings.weight"][ids]
    x = x + t["embeddings.position_embeddings.weight"][: len(ids)] + t["embeddings.token_type_embeddings.weight"][0]
    x = normalise(x, t, "embeddings.LayerNorm")
    for layer in range(6):
        at = f"encoder.layer.{layer}."
        q, k, v = (
            linear(x, t, f"{at}attention.self.{part}").reshape(-1, 12, 32).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(32)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        attended = (weights @ v).transpose(1, 0, 2).reshape(-1, 384)
        x = normalise(x + linear(attended, t, f"{at}attention.output.dense"), t, f"{at}attention.output.LayerNorm")
        inner = linear(x, t, f"{at}intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = normalise(x + linear(inner, t, f"{at}output.dense"), t, f"{at}output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def linear(x, t, name):
    return x @ t[f"{name}.weight"].T + t[f"{name}.bias"]


def normalise(x, t, name):
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
    return x * t[f"{name}.weight"] + t[f"{name}.bias"]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
