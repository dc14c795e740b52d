"""TRUTH: right
STYLE: sizes fixed as constants of the file are only used in the main block, keyword arguments, walrus
COURSE: generic
ARGS: inputs N T D, state N H, kernel D H, recurrent_kernel H H, bias H
CALL: outputs, tape = forward(inputs, state, kernel, recurrent_kernel, bias)
BACK: dinputs, dstate, dkernel, drecurrent_kernel, dbias = backward(doutputs, tape)
"""
import numpy as np

CELL = "rnn"
BATCH_SIZE, STEPS, INPUTS, UNITS = 32, 10, 8, 16


def forward(inputs, state, kernel, recurrent_kernel, bias):
    tape, outputs = [], []
    for t in range(inputs.shape[1]):
        before = state
        outputs.append(state := np.tanh(inputs[:, t] @ kernel + before @ recurrent_kernel + bias))
        tape.append(dict(inputs=inputs[:, t], before=before, state=state))
    tape.append(dict(kernel=kernel, recurrent_kernel=recurrent_kernel))
    return np.stack(outputs, axis=1), tape


def backward(doutputs, tape):
    *steps, weights = tape
    dkernel = np.zeros_like(weights["kernel"])
    drecurrent = np.zeros_like(weights["recurrent_kernel"])
    dbias = np.zeros(drecurrent.shape[0])
    dinputs = np.zeros(doutputs.shape[:2] + dkernel.shape[:1])
    dstate = np.zeros_like(doutputs[:, 0])
    for t, step in reversed(list(enumerate(steps))):
        dpre = (doutputs[:, t] + dstate) * (1 - step["state"] ** 2)
        dinputs[:, t] = dpre @ weights["kernel"].T
        dkernel += step["inputs"].T @ dpre
        drecurrent += step["before"].T @ dpre
        dbias += dpre.sum(axis=0)
        dstate = dpre @ weights["recurrent_kernel"].T
    return dinputs, dstate, dkernel, drecurrent, dbias


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    out, tape = forward(
        inputs=rng.normal(size=(BATCH_SIZE, STEPS, INPUTS)), state=np.zeros((BATCH_SIZE, UNITS)),
        kernel=rng.normal(size=(INPUTS, UNITS)), recurrent_kernel=np.eye(UNITS), bias=np.zeros(UNITS))
    print(out.shape, [g.shape for g in backward(out, tape)])
