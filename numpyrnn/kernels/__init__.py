"""The engine: a whole batch of sequences at once, forward and backward.

Every kernel is a pair of functions over the same layout:

    before, state, cache = forward(x, state, counts, work, **params)
    dx, dstate, grads = backward(dh, dstate, cache, **params)

- **Columns.** A column is one sequence at one step: x (D, N), h (H, N). `counts` = (n₀, n₁, …)
  tells how many sequences are still running at each step; it never grows (the longest come first),
  so step t's columns are the first n_t sequences, and the work follows the real steps, never the
  padding. N = n₀ + n₁ + …; `before` is the hidden state before each step.
- **Weights on the left**, W @ columns: each gate of a step is then a contiguous (H, n) block.
- **One stacked buffer** Z holds the inputs, the previous hidden states and a row of ones, so that
  one product a step gives input part, recurrent part and bias together, and dA @ Zᵀ the gradients
  of all three. A column of it is contiguous in memory, like a row of the batch, so that nothing is
  transposed on the way in and out; BLAS reads either way equally fast.
- **Sigmoids without tanh.** σ(a) = 1/(1 + exp(-a)): the rows of W that feed a sigmoid change their
  sign once, and exp, add, reciprocal run over all sigmoid gates at once, at three quarters of what
  tanh costs in float32 and under half in float64.
- **Factors before the loop.** What a gate's gradient is per unit of the gradient that comes in does
  not depend on the later steps. It is computed for a chunk of steps in a few calls, and the loop
  that runs backward is left with a product and a handful of multiplications.
- **Chunks.** After about 512 columns the gradients of the pre-activations become dx and a share
  of dW: wide enough for a product at full speed, narrow enough to stay in the cache, and no array
  of them ever grows with the number of steps.
- **Nothing is allocated twice.** `work` (workspace.py) keeps buffers between calls, and as long as
  the shape stays the same also every view of them (layout.py): at small sizes a view costs as much
  as a product, at large ones the pages of a fresh array cost as much as the arithmetic.

What each of these gave, and what did not help, stands in docs/design.md. No checks here: kernels
are called by layers, which check what comes in.
"""
