"""A training run in one file, so that it can be stopped at any moment and continued bit for bit.

A checkpoint is a plain .npz archive (read without pickle, so that no file can run code):

    params/<name>        the model's parameters
    optimizer/<name>     the optimizer's moments and step count
    arrays/<name>        whatever else the run carries: best weights, the state of a stream
    header               JSON as bytes: version, step, random generator, history, metadata
    sha256               digest over the name, dtype, shape and bytes of every other entry

It is written whole or not at all (numpyrnn/files.py): whenever a run dies, the last complete
checkpoint is there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.files import check_path, check_place, whole_file
from numpyrnn.protocols import LayerLike, OptimizerLike
from numpyrnn.validation import brief, check_size

FORMAT = "numpyrnn checkpoint"
VERSION = 1
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False, repr=False)
class Checkpoint:
    """A checkpoint that has been read; `restore` writes it into a model."""

    params: Arrays
    optimizer: Arrays
    arrays: Arrays
    step: int
    history: Any
    metadata: Any
    rng_state: dict[str, Any] | None
    path: str

    @property
    def best(self) -> Arrays:
        """The weights of the best epoch, if `fit` saved them (patience=)."""
        return below("best/", self.arrays)

    def restore(
        self,
        model: LayerLike,
        optimizer: OptimizerLike | None = None,
        rng: np.random.Generator | None = None,
        *,
        best: bool = False,
    ) -> None:
        """Write parameters, moments and random state into these objects, in place.

        best=True takes the best weights (saved by `fit` with patience) instead of the last.
        Everything is checked first: ValueError, with nothing changed, for another architecture,
        another optimizer, another kind of generator, or a part that was not saved.
        """
        params = self.best if best else self.params
        if best and not params:
            raise ValueError(
                f"{self.path}: expected the best weights too, got none; "
                "fit(..., patience=...) keeps them"
            )
        self._check_params(params, model.params)
        if optimizer is not None and not self.optimizer:
            raise ValueError(
                f"{self.path}: expected an optimizer's state, got none; save it with the model"
            )
        if rng is not None:
            kind = type(rng.bit_generator).__name__
            saved = "none" if self.rng_state is None else self.rng_state["bit_generator"]
            if saved != kind:
                raise ValueError(
                    f"{self.path}: expected the state of a {kind} generator, got {saved}; "
                    "save it with rng=, and continue with the same kind"
                )
        if optimizer is not None:
            optimizer.load_state_dict(self.optimizer)
        if rng is not None and self.rng_state is not None:
            rng.bit_generator.state = self.rng_state
        for name, array in model.params.items():
            array[...] = params[name]

    def _check_params(self, saved: Arrays, params: Mapping[str, np.ndarray]) -> None:
        for name in [*params, *saved]:
            ours, theirs = params.get(name), saved.get(name)
            if ours is None or theirs is None or ours.shape != theirs.shape:
                raise ValueError(
                    f"{self.path}: a checkpoint of another architecture: parameter {name!r} is "
                    f"{_shape(ours)} in the model and {_shape(theirs)} in the checkpoint; "
                    "build the model as it was built when it was saved"
                )
            if ours.dtype != theirs.dtype:
                raise ValueError(
                    f"{self.path}: parameter {name!r} is {ours.dtype} in the model and "
                    f"{theirs.dtype} in the checkpoint; convert the model with "
                    f".astype(np.{theirs.dtype}) first"
                )


def _shape(array: np.ndarray | None) -> str:
    return "absent" if array is None else str(array.shape)


def save_checkpoint(
    path: str | os.PathLike[str],
    model: LayerLike,
    optimizer: OptimizerLike | None = None,
    *,
    rng: np.random.Generator | None = None,
    step: int = 0,
    history: Any = None,
    metadata: Any = None,
    arrays: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Write the whole run to `path`; when this returns, it is on the disk.

    `history` and `metadata` (the model's configuration, a vocabulary) are JSON values: numbers,
    texts, lists, dicts with text keys. `arrays` holds further arrays to carry along.
    An earlier checkpoint at `path` is replaced in one step, or stays if anything fails. What a
    killed run left half-written beside it is removed. Where two runs save to one path, there is
    the checkpoint of the one that saved last: give each its own.
    Raises TypeError for what JSON or a pickle-free archive cannot hold, and OSError with the file's
    name where it cannot be written.
    """
    check_path("path", path, "write save_checkpoint(path, model)")
    if not isinstance(getattr(model, "params", None), Mapping):
        raise TypeError(
            f"model: expected a layer or a model, whose params are saved, got {brief(model)}; "
            "write save_checkpoint(path, model)"
        )
    header = {
        "format": FORMAT,
        "version": VERSION,
        "step": check_size("step", step, minimum=0),
        "rng": None if rng is None else _plain("rng", rng.bit_generator.state),
        "history": _plain("history", getattr(history, "records", history)),
        "metadata": _plain("metadata", metadata),
    }
    groups = {
        "params": model.params,
        "optimizer": {} if optimizer is None else optimizer.state_dict(),
        "arrays": arrays or {},
    }
    entries = {
        f"{group}/{name}": np.asarray(array)
        for group, members in groups.items()
        for name, array in members.items()
    }
    for name, array in entries.items():
        if array.dtype.hasobject:
            raise TypeError(f"{name}: expected an array of numbers, got dtype {array.dtype}")
    entries["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    entries["sha256"] = np.array(_digest(entries))
    with whole_file(path) as file:
        np.savez(file, **entries)  # type: ignore[arg-type]


def check_destination(path: str | os.PathLike[str], metadata: Any = None) -> None:
    """Raise now what would fail at the first save, after hours of training."""
    _plain("metadata", metadata)
    check_place("checkpoint", path)


def load_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Read and verify a checkpoint.

    Raises FileNotFoundError if there is none, and ValueError for a file that is truncated, altered,
    of a newer version, or no checkpoint at all.
    """
    path = os.fspath(path)
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as archive:
                entries = {name: archive[name] for name in archive.files}
            digest = str(entries.pop("sha256"))
            header = json.loads(entries["header"].tobytes())
            if header["format"] != FORMAT:
                raise ValueError(f"format {header['format']!r}")
        except Exception as error:  # a damaged archive can fail in a dozen ways
            raise ValueError(
                f"{path}: expected a checkpoint written by save_checkpoint, got a truncated, "
                "damaged or foreign file; use an earlier checkpoint"
            ) from error
    if header["version"] > VERSION:
        raise ValueError(
            f"{path}: expected a checkpoint of version {VERSION} or older, "
            f"got {header['version']}; update numpyrnn"
        )
    if digest != _digest(entries):
        raise ValueError(
            f"{path}: expected the content that was written, got another (the digest differs): the "
            "file was damaged or altered; use an earlier checkpoint"
        )

    return Checkpoint(
        params=below("params/", entries),
        optimizer=below("optimizer/", entries),
        arrays=below("arrays/", entries),
        step=header["step"],
        history=header["history"],
        metadata=header["metadata"],
        rng_state=header["rng"],
        path=path,
    )


def below(prefix: str, arrays: Mapping[str, np.ndarray]) -> Arrays:
    """The arrays whose names begin with the prefix, without it."""
    return {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}


def _digest(entries: Arrays) -> str:
    sha = hashlib.sha256()
    for name in sorted(entries):
        array = entries[name]
        sha.update(json.dumps([name, array.dtype.str, array.shape]).encode())
        sha.update(array.tobytes())
    return sha.hexdigest()


def _plain(what: str, value: Any) -> Any:
    """`value` as JSON can hold it and give it back: NumPy's numbers and arrays become Python's."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(f"{what}[{i}]", item) for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(
                    f"{what}: expected text keys, got {key!r}; JSON has no others, use str(key)"
                )
        return {key: _plain(f"{what}[{key!r}]", item) for key, item in value.items()}
    raise TypeError(
        f"{what}: expected numbers, texts, lists or dicts, got {type(value).__name__}; "
        "put arrays into arrays="
    )
