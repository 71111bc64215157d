"""How ONNX Runtime runs a graph here: on the processor, its threads quiet between two passes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnxruntime


def open_session(graph: Path | bytes, threads: int) -> onnxruntime.InferenceSession:
    """Open a graph.

    Args:
        graph: The file, or what it would hold.
        threads: Threads of one pass; 0 lets ONNX Runtime choose.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Each session has threads of its own, which spin for a while after a pass: on two cores the
    # embedder's took them from the reader and back, and search took 1.3 times as long for it.
    # Within a pass they spin all the same: without, a question takes twice as long to embed.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
