"""The engine: a whole batch of sequences at once, forward and backward.

Every kernel is a pair of functions over the same layout:

    before, state, cache = forward(x, state, counts, work, **params)
    dx, dstate, grads = backward(dh, dstate, cache, **params)

A column is one sequence at one step: x (D, N), h (H, N). `counts` = (n₀, n₁, …) tells how many
sequences are still running at each step; it never grows (the longest come first), so step t's
columns are the first n_t sequences, and the work follows the real steps, never the padding.
N = n₀ + n₁ + …; `before` is the hidden state before each step.

The tricks, and what each gave an LSTM in float32 on one thread of an AVX2 CPU; small stands for
B, T, D, H = 16, 50, 32, 64, large for 64, 100, 128, 256:

- **Weights on the left**, W @ columns: each gate of a step is a contiguous (H, n) block, and a
  product of two gates takes 1.1 µs instead of 2.4 on slices of a row (small), 3.2 instead of 8.2
  (large).
- **One stacked buffer** Z holds the inputs, the previous hidden states and a row of ones, so that
  one product a step gives input part, recurrent part and bias: 12 µs instead of 18 (small), 586
  instead of 609 (large). dA @ Zᵀ gives the gradients of all three.
- **A column of Z is contiguous**, like a row of the batch, so that nothing is transposed on the way
  in and out; BLAS reads either way as fast. Input and output: 0.5 ms a step instead of 6.5 (large).
- **Sigmoids without tanh.** σ(a) = 1/(1 + exp(-a)): the rows of W that feed a sigmoid change their
  sign once, then exp, add and divide run over all sigmoid gates: 96 µs instead of 136 for tanh
  in float32, 291 instead of 677 in float64 (large).
- **Factors before the loop.** What a gate's gradient is per unit of the gradient that comes in does
  not depend on the later steps: it is computed for many steps in one call, and the backward loop is
  left with a product and a handful of multiplications. 4.1 → 3.7 ms (small), 3.0 → 1.9 for a
  single sequence, nothing (large).
- **Chunks.** After about 512 columns the gradients of the pre-activations become dx and a share
  of dW: no array of them grows with the number of steps, and no speed is lost.
- **Memory and views are reused** (workspace.py, layout.py). With all memory fresh 5.0 instead of
  4.3 ms (small), 378 instead of 227 (large); views built anew cost 0.3 ms whatever the size.
- **Rows that are read across lie an odd distance apart** (dh in layers/recurrent.py): at a power of
  two they share a few lines of the cache, and reading took four times as long at 512 units.

What else was tried, and the figures beside other frameworks, stand in docs/engine.md. No checks
here: kernels are called by layers, which check what comes in.
"""
