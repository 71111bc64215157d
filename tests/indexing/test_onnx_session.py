"""How a graph is run."""

from __future__ import annotations

import onnx
import pytest
from onnx import TensorProto, helper

from retrieval.indexing.onnx_session import open_session


@pytest.fixture(scope="module")
def graph() -> bytes:
    """A graph that gives back what it is given."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    nodes = [helper.make_node("Identity", ["x"], ["y"])]
    model = helper.make_model(
        helper.make_graph(nodes, "same", ends[:1], ends[1:]),
        ir_version=10,
        opset_imports=[helper.make_opsetid("", 17)],
    )
    content: bytes = model.SerializeToString()
    onnx.checker.check_model(content)
    return content


def test_threads_are_quiet_between_passes(graph: bytes) -> None:
    options = open_session(graph, 2).get_session_options()
    assert options.get_session_config_entry("session.force_spinning_stop") == "1"


def test_a_pass_has_as_many_threads_as_asked_for(graph: bytes) -> None:
    assert open_session(graph, 2).get_session_options().intra_op_num_threads == 2
