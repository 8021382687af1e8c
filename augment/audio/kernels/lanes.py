"""Sums of products over sixteen lanes: as fast as vector units go, and the same bytes on every one of them.

A compiler may not reorder a float sum, so a plain loop runs one addition after the other, unless fastmath
allows it any order, and then bytes depend on the processor. Here the order is written down: sixteen running
sums, then halved four times. Both functions are LLVM vector code inside numba kernels.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 16
_INDEX = ir.IntType(32)
_VECTOR = ir.VectorType(ir.FloatType(), LANES)


@intrinsic
def dot(_, x, i, y, j, count):  # type: ignore[no-untyped-def]
    """Sum of x[i + k] * y[j + k] for k below `count`, a multiple of 16, at least 16; float32 arrays.

    Nothing is checked: both arrays must reach that far.
    """

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        left, right = (_address(context, builder, signature, args, at) for at in (0, 2))
        return _sum(
            builder, args[4], lambda k: builder.fmul(_load(builder, left, k), _load(builder, right, k))
        )

    return types.float32(x, types.intp, y, types.intp, types.intp), emit


@intrinsic
def dot_between(_, x, i, rows, j, count, share):  # type: ignore[no-untyped-def]
    """Like `dot`, with weights between two rows: `share` of the way from rows[j:] to rows[j + count:]."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        left, row = (_address(context, builder, signature, args, at) for at in (0, 2))
        next_row = builder.gep(row, [args[4]])
        one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), args[5], ir.Constant(_INDEX, 0))
        part = builder.shuffle_vector(one, one, _lanes([0] * LANES))

        def term(k: Any) -> Any:
            here = _load(builder, row, k)
            step = builder.fmul(part, builder.fsub(_load(builder, next_row, k), here))
            return builder.fmul(_load(builder, left, k), builder.fadd(here, step))

        return _sum(builder, args[4], term)

    return types.float32(x, types.intp, rows, types.intp, types.intp, types.float32), emit


def _address(context: Any, builder: Any, signature: Any, args: Any, at: int) -> Any:
    """Where element args[at + 1] of the array args[at] lies."""
    array = context.make_array(signature.args[at])(context, builder, args[at])
    return builder.gep(array.data, [args[at + 1]])


def _load(builder: Any, pointer: Any, k: Any) -> Any:
    vector = builder.load(builder.bitcast(builder.gep(pointer, [k]), _VECTOR.as_pointer()))
    vector.align = 4
    return vector


def _sum(builder: Any, count: Any, term: Any) -> Any:
    """A loop that adds term(k), k = 0, 16, 32 … below `count`, then adds up the lanes in halves."""
    before = builder.block
    loop, after = builder.append_basic_block("lanes"), builder.append_basic_block("halves")
    builder.branch(loop)
    builder.position_at_end(loop)
    k, total = builder.phi(count.type), builder.phi(_VECTOR)
    k.add_incoming(ir.Constant(count.type, 0), before)
    total.add_incoming(ir.Constant(_VECTOR, [0.0] * LANES), before)
    larger = builder.fadd(total, term(k))
    onward = builder.add(k, ir.Constant(count.type, LANES))
    k.add_incoming(onward, loop)
    total.add_incoming(larger, loop)
    builder.cbranch(builder.icmp_signed("<", onward, count), loop, after)
    builder.position_at_end(after)
    left, size = larger, LANES
    while size > 1:
        size //= 2
        low, high = _lanes(range(size)), _lanes(range(size, 2 * size))
        left = builder.fadd(*(builder.shuffle_vector(left, left, half) for half in (low, high)))
    return builder.extract_element(left, ir.Constant(_INDEX, 0))


def _lanes(numbers: Any) -> Any:
    numbers = list(numbers)
    return ir.Constant(ir.VectorType(_INDEX, len(numbers)), numbers)
