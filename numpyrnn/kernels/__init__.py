"""The engine: a whole batch of sequences at once, forward and backward.

Every kernel is a pair of functions over the same layout:

    h, state, cache = forward(x, state, counts, **params)
    dx, dstate, grads = backward(dh, dstate, cache, counts, **params)

- **Feature-major.** A column is one sequence at one step: x (D, N), h (H, N). Weights stand on the
  left, so a step is W @ column block, and each gate of a step is a contiguous (H, n) block.
- **Columns of all steps side by side.** `counts` = (n₀, n₁, …) tells how many sequences are still
  running at each step; it never grows (the longest come first), so step t's columns are the first
  n_t sequences, and the work follows the real steps, never the padding. N = n₀ + n₁ + …
- **One stacked buffer** Z holds the inputs, the previous hidden states and a row of ones, so that
  one product a step gives input part, recurrent part and bias together, and after the backward
  loop one product dA @ Zᵀ gives the gradients of all three.
- **Sigmoids are tanh.** σ(a) = ½ + ½ tanh(½a): the rows of W that feed a sigmoid are halved once,
  then one tanh runs over all gates.

No checks, no classes: kernels are called by layers, which check what comes in.
"""
