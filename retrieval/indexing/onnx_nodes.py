"""The nodes of an ONNX graph, collected one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Shape = list[int | str]
Value = tuple[str, Any, Shape]
"""A name, a type, a shape."""

MICROSOFT = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""


class Nodes:
    """Collects nodes and initializers; what makes a node returns the name of its output."""

    def __init__(self) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self._helper = helper
        self._to_tensor = numpy_helper.from_array
        self.types = TensorProto
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []

    def node(
        self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        """Add one node with one output."""
        self._nodes.append(
            self._helper.make_node(
                operator, inputs, [output], name=output, domain=domain, **attributes
            )
        )
        return output

    def constant(self, name: str, values: NDArray[Any]) -> None:
        """Add a tensor."""
        self.tensor(self._to_tensor(np.ascontiguousarray(values), name))

    def tensor(self, tensor: Any) -> None:
        """Add a tensor that is an ``onnx.TensorProto`` already."""
        self._initializers.append(tensor)

    def choose(
        self, condition: str, build: Callable[[], str], otherwise: str, output: str, shape: Shape
    ) -> str:
        """Add nodes that run only where a condition holds.

        Args:
            condition: The name of a boolean.
            build: Makes the nodes, and returns the name of their result.
            otherwise: The result where it does not hold.
            output: The result's name.
            shape: The result's.
        """
        outer = self._nodes
        branches = []
        for name, make in (("then", build), ("else", lambda: otherwise)):
            self._nodes = []
            result = f"{output}.{name}"
            self.node("Identity", [make()], result)
            value = self._helper.make_tensor_value_info(result, self.types.FLOAT, shape)
            branches.append(self._helper.make_graph(self._nodes, name, [], [value]))
        self._nodes = outer
        return self.node(
            "If", [condition], output, then_branch=branches[0], else_branch=branches[1]
        )

    def model(self, inputs: Sequence[Value], outputs: Sequence[Value]) -> Any:
        """Return the whole model (an ``onnx.ModelProto``).

        Args:
            inputs: Names, types and shapes.
            outputs: The same.
        """
        helper = self._helper
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [helper.make_tensor_value_info(*each) for each in inputs],
            [helper.make_tensor_value_info(*each) for each in outputs],
            self._initializers,
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)
