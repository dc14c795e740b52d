"""What those type who come from PyTorch or Keras, and the first steps of a beginner: rows as in
mistakes.py. The bench is `composites` in test_mistakes.py: two (Bidirectional LSTM), tower (Stacked
LSTM and GRU), model (Embedding 7 → 3, LSTM 3 → 4, Dense 4 → 2); x (2, 4, 3), ids (2, 4), dy (2, "
     "4, 2).
"""

import numpy as np

import numpyrnn
from numpyrnn import (
    GRU,
    LSTM,
    RNN,
    SGD,
    Activation,
    Adam,
    Bidirectional,
    CosineDecay,
    Dense,
    Dropout,
    Embedding,
    LayerNorm,
    RMSprop,
    Sequential,
    Stacked,
    StepDecay,
    batches,
    binary_cross_entropy,
    classifier,
    clip_by_global_norm,
    cross_entropy,
    ctc_loss,
    evaluate,
    fit,
    log_softmax,
    mean_squared_error,
    metrics,
    save_checkpoint,
    softmax_cross_entropy,
    train_step,
)

V, T, A, I = ValueError, TypeError, AttributeError, ImportError  # noqa: E741

LABELS = np.array([0, 1])
WORDS = np.array([[0, 1, 1, 0], [1, 1, 0, 0]])
PAIR = (
    "expected an array, got the pair (output, state) that a recurrent layer returns; unpack it: "
     "y, state = model.forward(x)"
)


def imported(line):
    exec(line, {})


# A pair, or something larger, where an array should be.
UNPACKED = [
    ("a loss of what forward returned", T, f"logits: {PAIR}",
     lambda b: softmax_cross_entropy(b.model.forward(b.ids), LABELS)),
    ("yes or no of what forward returned", T, f"logits: {PAIR}",
     lambda b: binary_cross_entropy(b.model.forward(b.ids), WORDS)),
    ("squares of what forward returned", T, f"predictions: {PAIR}",
     lambda b: mean_squared_error(b.two.forward(b.x), b.x)),
    ("squares against what forward returned", T, f"targets: {PAIR}",
     lambda b: mean_squared_error(b.x, b.tower.forward(b.x))),
    ("CTC of what forward returned", T, f"logits: {PAIR}",
     lambda b: ctc_loss(b.model.forward(b.ids), [[1], [1]])),
    ("probabilities of what forward returned", T, f"probabilities: {PAIR}",
     lambda b: cross_entropy(b.model.forward(b.ids), LABELS)),
    ("accuracy of what forward returned", T, f"predictions: {PAIR}",
     lambda b: metrics.accuracy(b.model.forward(b.ids), WORDS)),
    ("a Dense of what forward returned", T, f"x: {PAIR}",
     lambda b: Dense(4, 2).forward(LSTM(3, 4).forward(b.x))),
    ("an LSTM of what forward returned", T, f"x: {PAIR}",
     lambda b: LSTM(4, 4).forward(GRU(3, 4).forward(b.x))),
    ("dropout of what forward returned", T, f"x: {PAIR}",
     lambda b: Dropout(0.5).forward(b.two.forward(b.x), rng=0)),
    ("an activation of what forward returned", T, f"x: {PAIR}",
     lambda b: Activation("relu").forward(b.tower.forward(b.x))),
    ("an Embedding of what forward returned", T, f"ids: {PAIR}",
     lambda b: Embedding(7, 3).forward(b.model.forward(b.ids))),
    ("backward of what forward returned", T, f"dh: {PAIR}, or dx, dstate = layer.backward(dh)",
     lambda b: b.two.backward(b.two.forward(b.x))),
    ("a layer below given what backward returned", T, f"dh: {PAIR}, or dx, dstate = layer.back",
     lambda b: (b.tower.forward(b.x), b.tower.backward(
         (b.two.forward(b.x), b.two.backward(np.ones((2, 4, 8))))[1]))),
    ("backward of what a loss returned", T, "dy: expected an array, got the pair (loss, "
     "gradient) that a loss returns; unpack it: loss, gradient =",
     lambda b: b.model["head"].backward(softmax_cross_entropy(b.dy, WORDS))),
    ("the state for the targets", T, "targets: expected an array, got a dict with 'rnn' in it; "
     "pass one of its arrays", lambda b: softmax_cross_entropy(*b.model.forward(b.ids))),
    ("the state for the output", T, "x: expected an array, got the named tuple State(h, c); "
     "pass one of its parts, such as .h", lambda b: Dense(4, 2).forward(b.state)),
    ("a batch for its x", T, "ids: expected an array, got the named tuple Batch(x, targets, "
     "lengths); pass one of its parts, such as .x",
     lambda b: b.model.forward(numpyrnn.Batch(b.ids, LABELS))),
    ("a dict for x", T, "x: expected an array, got a dict with 'x' in it; pass one of its arrays",
     lambda b: Dense(4, 2).forward({"x": 1})),
]

# What a shape most likely means.
SHAPES = [
    ("ids for an LSTM", V, "x: expected shape (batch, steps, 3), got (2, 4); token ids need an "
     "Embedding before this layer", lambda b: LSTM(3, 4).forward(b.ids)),
    ("ids for a stack", V, "x: expected shape (batch, steps, 3), got (2, 4); token ids need an "
     "Embedding", lambda b: b.tower.forward(b.ids)),
    ("one row of ids for an LSTM", V, "x: expected shape … got (4,); token ids need an Embedding",
     lambda b: GRU(3, 4).forward(b.ids[0])),
    ("labels for sequences", V, "got (2,); token ids need … ; in a pair (x, y), x comes first",
     lambda b: fit(
         Sequential(rnn=LSTM(3, 4), head=Dense(4, 2)), softmax_cross_entropy, Adam(),
         (LABELS, b.x), epochs=1, progress=False)),
    ("one sequence for an LSTM", V, "x: expected shape (batch, steps, 3), got (4, 3); a single "
     "sequence is a batch of one, x[None]; from a layer below",
     lambda b: LSTM(3, 4).forward(b.x[0])),
    ("the last state for a layer above", V, "x: expected … got (2, 4); a single … from a layer "
     "below, take all steps with return_sequences=True",
     lambda b: LSTM(4, 4).forward(LSTM(3, 4, return_sequences=False).forward(b.x)[0])),
    ("numbers without features", V, "x: expected shape (batch, steps, 1), got (2, 4); one number "
     "for each step is one feature, x[..., None]", lambda b: LSTM(1, 4).forward(b.x[..., 0])),
    ("one sequence without features", V, "got (4,); a single sequence of numbers is x[None, :, "
     "None]", lambda b: LSTM(1, 4).forward(b.x[0, :, 0])),
    ("features before steps", V, "got (2, 3, 4); the features go last, x.swapaxes(1, 2)",
     lambda b: LSTM(3, 4).forward(b.x.swapaxes(1, 2))),
    ("time-major x beside lengths", V, "lengths: expected shape (4,), got (2,); x looks "
     "time-major, (steps, batch, ..): x.swapaxes(0, 1)",
     lambda b: b.tower.forward(b.x.swapaxes(0, 1), None, b.lengths)),
    ("vectors for an Embedding", V, "ids: expected shape (batch,) or (batch, steps), got (2, 4, "
     "3); numbers with features need no Embedding", lambda b: b.model.forward(b.x)),
    ("one label a sequence, one output a step", V, "targets for logits (2, 4, 2): expected shape "
     "(2, 4), got (2,); the model answers at each step, and the targets are one for each "
     "sequence: return_sequences=False gives one", lambda b: softmax_cross_entropy(b.dy, LABELS)),
    ("a label a step, one output a sequence", V, "targets for logits (2, 2): expected shape "
     "(2,), got (2, 4); the model answers once for each sequence, … return_sequences=True",
     lambda b: softmax_cross_entropy(b.dy[:, 0], WORDS)),
    ("labels in a column", V, "got (2, 1); drop the axis of size 1: targets[..., 0]",
     lambda b: softmax_cross_entropy(b.dy[:, 0], LABELS[:, None])),
    ("time-major targets", V, "targets for logits (2, 4, 2): expected shape (2, 4), got (4, 2); "
     "one of the two looks time-major, (steps, batch): .swapaxes(0, 1)",
     lambda b: softmax_cross_entropy(b.dy, WORDS.T)),
    ("PyTorch's classes in the middle", V, "got (2, 4); classes go last here: logits.swapaxes(1, "
     "2)",
     lambda b: softmax_cross_entropy(np.zeros((2, 3, 4)), WORDS)),
    ("flat targets", V, "got (8,); targets.reshape(2, 4) gives them the axes of the logits",
     lambda b: softmax_cross_entropy(b.dy, WORDS.ravel())),
    ("flat logits", V, "got (2, 4); targets.reshape(-1)",
     lambda b: softmax_cross_entropy(b.dy.reshape(8, 2), WORDS)),
    ("accuracy of a label a sequence", V, "return_sequences=False gives one answer",
     lambda b: metrics.accuracy(b.dy, LABELS)),
    ("targets before logits", T, "logits: expected floating-point numbers, got dtype int64; "
     "convert them with .astype(np.float32), or swap: outputs come first, then targets",
     lambda b: softmax_cross_entropy(WORDS, b.dy)),
    ("targets before scores", V, "predictions: expected shape (2, 4, 2), got (2, 4); the model's "
     "outputs come first, then the targets", lambda b: metrics.accuracy(WORDS, b.dy)),
    ("squares without the last axis", V, "targets for predictions (2, 1): expected shape (2, 1), "
     "got (2,); nothing is broadcast, give the targets the last axis too: targets[..., None]",
     lambda b: mean_squared_error(b.dy[:, 0, :1], np.ones(2))),
    ("squares with an axis too many", V, "got (2, 4, 1); nothing is broadcast, drop the axis of "
     "size 1: targets[..., 0]",
     lambda b: mean_squared_error(b.dy[..., 0], np.ones((2, 4, 1)))),
    ("squares of one number a sequence", V, "got (2,); the model answers at each step",
     lambda b: mean_squared_error(b.dy[..., :1], np.ones(2))),
    ("squares of a vector a sequence", V, "got (2, 2); the model answers at each step",
     lambda b: mean_squared_error(b.dy, np.ones((2, 2)))),
    ("squares of a number a step", V, "got (2, 4, 2); the model answers once for each sequence",
     lambda b: mean_squared_error(b.dy[:, 0], b.dy)),
    ("squares against time-major targets", V, "got (4, 2, 2); one of the two looks time-major",
     lambda b: mean_squared_error(b.dy, b.dy.swapaxes(0, 1))),
    ("training on x alone", T, "train: expected (sequences, targets) or a function that gives "
     "batches, got ndarray",
     lambda b: fit(b.model, softmax_cross_entropy, Adam(), b.ids, epochs=1, progress=False)),
    ("evaluating on x alone", T, "data: expected (sequences, targets) or … got ndarray",
     lambda b: evaluate(b.model, softmax_cross_entropy, b.ids)),
]

# A call that does not fit the signature.
CALLS = [
    ("LSTM of Keras' units alone", T, "LSTM: expected input_size and hidden_size, but "
     "'hidden_size' is missing; the size of the input is not guessed from the data; write "
     "LSTM(input_size, hidden_s",
     lambda b: LSTM(32)),
    ("LSTM units=", T, "LSTM: got an unexpected keyword argument 'units'; write hidden_size=",
     lambda b: LSTM(units=32)),
    ("Dense units=", T, "'units'; write output_size=", lambda b: Dense(units=32)),
    ("Dense of one size", T, "Dense: expected input_size and output_size, but 'output_size' is "
     "missing; the size of the input is not guessed", lambda b: Dense(10)),
    ("PyTorch's third number", T, "LSTM: expected at most 2 arguments without a name "
     "(input_size, hidden_size), got 3; name the others; more layers are Stacked([..])",
     lambda b: LSTM(8, 16, 2)),
    ("num_layers=", T, "'num_layers'; Stacked([LSTM(..), LSTM(..)])",
     lambda b: LSTM(8, 16, num_layers=2)),
    ("num_layers= of a model", T, "classifier: got an unexpected keyword argument 'num_layers'; "
     "write layers=", lambda b: classifier("lstm", 10, 2, num_layers=2)),
    ("batch_first=", T, "'batch_first'; x is always (batch, steps, features), leave it out",
     lambda b: GRU(8, 16, batch_first=True)),
    ("bidirectional=", T, "'bidirectional'; Bidirectional(LSTM(..), LSTM(.., reverse=True))",
     lambda b: GRU(8, 16, bidirectional=True)),
    ("dropout= of a layer", T, "'dropout'; put a Dropout(rate) before or after it, or write "
     "Stacked(",
     lambda b: LSTM(8, 16, dropout=0.2)),
    ("recurrent_dropout=", T, "'recurrent_dropout'; RecurrentDropout(layer, rate) wraps",
     lambda b: LSTM(8, 16, recurrent_dropout=0.2)),
    ("nonlinearity=", T, "'nonlinearity'; write activation=",
     lambda b: RNN(3, 4, nonlinearity="relu")),
    ("activation= of an LSTM", T, "'activation'; only RNN, Dense and Activation have a choice",
     lambda b: LSTM(3, 4, activation="relu")),
    ("go_backwards=", T, "'go_backwards'; write reverse=", lambda b: LSTM(3, 4, go_backwards=True)),
    ("return_state=", T, "'return_state'; forward returns (output, state) always, leave it out",
     lambda b: LSTM(3, 4, return_state=True)),
    ("stateful=", T, "'stateful'; pass the state on: y, state = layer.forward(x, state)",
     lambda b: LSTM(3, 4, stateful=True)),
    ("bias=", T, "'bias'; write use_bias=", lambda b: LSTM(3, 4, bias=False)),
    ("kernel_initializer=", T, "'kernel_initializer'; write kernel_init=",
     lambda b: Dense(3, 4, kernel_initializer="glorot_uniform")),
    ("in_features=", T, "'in_features'; write input_size=",
     lambda b: Dense(in_features=3, out_features=4)),
    ("num_embeddings=", T, "'num_embeddings'; write vocabulary_size=",
     lambda b: Embedding(num_embeddings=3, embedding_dim=4)),
    ("embedding_dim=", T, "'embedding_dim'; write output_size=",
     lambda b: Embedding(3, embedding_dim=4)),
    ("input_dim= of an Embedding", T, "'input_dim'; write vocabulary_size=",
     lambda b: Embedding(input_dim=3, output_dim=4)),
    ("output_dim=", T, "'output_dim'; write output_size=", lambda b: Embedding(3, output_dim=4)),
    ("mask_zero=", T, "'mask_zero'; write padding_id=", lambda b: Embedding(3, 4, mask_zero=True)),
    ("padding_idx=", T, "'padding_idx'; write padding_id=",
     lambda b: Embedding(3, 4, padding_idx=0)),
    ("p= of dropout", T, "Dropout: got an unexpected keyword argument 'p'; write rate=",
     lambda b: Dropout(p=0.5)),
    ("normalized_shape=", T, "'normalized_shape'; write size=",
     lambda b: LayerNorm(normalized_shape=3)),
    ("eps= of a LayerNorm", T, "'eps'; write epsilon=", lambda b: LayerNorm(3, eps=1e-3)),
    ("epsilon= of Adam", T, "'epsilon'; write eps=", lambda b: Adam(epsilon=1e-7)),
    ("lr=", T, "Adam: got an unexpected keyword argument 'lr'; write learning_rate=",
     lambda b: Adam(lr=0.1)),
    ("lr= of SGD", T, "SGD: … 'lr'; write learning_rate=", lambda b: SGD(lr=0.1)),
    ("lr= of fit", T, "fit: … 'lr'; the optimizer has learning_rate=",
     lambda b: fit(b.model, softmax_cross_entropy, Adam(), (b.ids, LABELS), epochs=1, lr=0.1)),
    ("lr= of a schedule", T, "CosineDecay: … 'lr'; write rate=", lambda b: CosineDecay(lr=0.1)),
    ("beta_1=", T, "'beta_1'; write betas=", lambda b: Adam(beta_1=0.9)),
    ("rho=", T, "'rho'; write alpha=", lambda b: RMSprop(rho=0.9)),
    ("an optimizer of the parameters", T, "learning_rate: expected a number, got parameters; "
     "they come with each step: optimizer.step(", lambda b: Adam(b.model.params)),
    ("step()", T, "Adam.step: expected params and grads, but 'params' is missing; write "
     "optimizer.step(model.params, model.grads)", lambda b: Adam().step()),
    ("step_size=", T, "'step_size'; write every=", lambda b: StepDecay(0.1, step_size=3)),
    ("T_max=", T, "'T_max'; write steps=", lambda b: CosineDecay(0.1, T_max=3)),
    ("one direction", T, "Bidirectional: expected forward and backward, but 'backward' is "
     "missing; write Bidirectional(LSTM(..), LSTM(.., reverse=True))",
     lambda b: Bidirectional(LSTM(3, 4))),
    ("merge_mode=", T, "'merge_mode'; write merge=",
     lambda b: Bidirectional(LSTM(3, 4), LSTM(3, 4, reverse=True), merge_mode="sum")),
    ("two layers without a list", T, "layers: expected a list of layers, got LSTM",
     lambda b: Stacked(LSTM(3, 4), LSTM(4, 4))),
    ("a list of layers without names", T, "Sequential: expected layers as name=layer, got a list",
     lambda b: Sequential([LSTM(3, 4), Dense(4, 2)])),
    ("h0=", T, "LSTM.forward: got an unexpected keyword argument 'h0'; write state=",
     lambda b: LSTM(3, 4).forward(b.x, h0=b.state)),
    ("initial_state=", T, "Sequential.forward: … 'initial_state'; write state=",
     lambda b: b.model.forward(b.ids, initial_state={})),
    ("seq_lengths=", T, "'seq_lengths'; write lengths=",
     lambda b: b.two.forward(b.x, seq_lengths=b.lengths)),
    ("forward of nothing", T, "LSTM.forward: expected x, but 'x' is missing; write LSTM.forward(x)",
     lambda b: LSTM(3, 4).forward()),
    ("forward of the class", T, "forward: expected an object before the dot, got the class; make "
     "one first, such as lstm = LSTM(8, 32), then lstm.forward(..)", lambda b: LSTM.forward(b.x)),
    ("step of the class", T, "step: expected an object before the dot, got the class",
     lambda b: Adam.step(b.model.params, b.model.grads)),
    ("a misspelt option", T, "'return_sequence'; did you mean 'return_sequences'?",
     lambda b: LSTM(3, 4, return_sequence=False)),
    ("an option of nobody", T, "Dropout: got an unexpected keyword argument 'zzz'; it takes "
     "rate, per_sequence, dtype", lambda b: Dropout(0.5, zzz=1)),
    ("ignore_index=", T, "softmax_cross_entropy: … 'ignore_index'; write ignore_id=",
     lambda b: softmax_cross_entropy(b.dy, WORDS, ignore_index=0)),
    ("weight= of a loss", T, "'weight'; write weights=",
     lambda b: softmax_cross_entropy(b.dy, WORDS, weight=[1, 2])),
    ("weight= of yes or no", T, "'weight'; write pos_weight=",
     lambda b: binary_cross_entropy(b.dy, b.dy, weight=2)),
    ("from_logits=", T, "'from_logits'; softmax_cross_entropy takes logits, cross_entropy probabil",
     lambda b: softmax_cross_entropy(b.dy, WORDS, from_logits=True)),
    ("a loss without targets", T, "softmax_cross_entropy: expected logits and targets, but "
     "'targets' is missing; write softmax_cross_entropy(logits, targets)",
     lambda b: softmax_cross_entropy(b.dy)),
    ("y_true=", T, "'y_true'; write targets=", lambda b: metrics.accuracy(b.dy, y_true=WORDS)),
    ("fit(model, x, y)", T, "fit: expected model, loss, optimizer, train and epochs, but 'train' "
     "is missing; write fit(model, loss, optimizer, (x, y), epochs=10)",
     lambda b: fit(b.model, b.ids, LABELS, epochs=1)),
    ("fit with Keras' words", T, "fit: got an unexpected keyword argument 'x'; data are a pair, "
     "(x, y)", lambda b: fit(b.model, x=b.ids, y=LABELS)),
    ("num_epochs=", T, "'num_epochs'; write epochs=",
     lambda b: fit(b.model, softmax_cross_entropy, Adam(), (b.ids, LABELS), num_epochs=1)),
    ("validation_split=", T, "'validation_split'; write validation=",
     lambda b: fit(b.model, softmax_cross_entropy, Adam(), (b.ids, LABELS), validation_split=0.2)),
    ("callbacks=", T, "'callbacks'; patience=, checkpoint=, schedule= and on_epoch= do what",
     lambda b: fit(b.model, softmax_cross_entropy, Adam(), (b.ids, LABELS), callbacks=[])),
    ("the optimizer before the loss", T, "loss: expected a function, got Adam(",
     lambda b: fit(b.model, Adam(), softmax_cross_entropy, (b.ids, LABELS), epochs=1)),
    ("a model for the loss", T, "loss: expected a function, got Sequential( … ; pass one, such as",
     lambda b: fit(b.model, b.model, Adam(), (b.ids, LABELS), epochs=1)),
    ("shuffle= of batches", T, "batches: … 'shuffle'; write rng=",
     lambda b: batches(b.ids, LABELS, 2, shuffle=True)),
    ("grad_clip=", T, "train_step: … 'grad_clip'; write max_norm=",
     lambda b: train_step(b.model, softmax_cross_entropy, Adam(), None, grad_clip=1.0)),
    ("norm_type=", T, "'norm_type'; the norm is the Euclidean one",
     lambda b: clip_by_global_norm({}, 1.0, norm_type=2)),
    ("axis= of nobody", T, "log_softmax: got an unexpected keyword argument 'dim'; it takes "
     "logits, axis", lambda b: log_softmax(b.dy, dim=-1)),
]

# Methods and attributes, names of the package, values.
NAMES = [
    ("model(x)", T, "Sequential: expected forward or backward by name, got a call of the layer "
     "itself; write y, state = layer.forward(x)", lambda b: b.model(b.ids)),
    ("dense(x)", T, "Dense: … write y = layer.forward(x)", lambda b: Dense(3, 2)(b.x)),
    ("model.fit", A, "'Sequential' object has no attribute 'fit'; numpyrnn.fit(layer, loss, "
     "optimizer, (x, y), epochs=10) trains it", lambda b: b.model.fit(b.ids, LABELS)),
    ("model.compile", A, "'compile'; numpyrnn.fit takes", lambda b: b.model.compile("adam")),
    ("model.predict", A, "'predict'; write layer.forward(x, training=False)",
     lambda b: b.model.predict(b.ids)),
    ("model.train()", A, "'train'; layer.forward(x, training=True)", lambda b: b.model.train()),
    ("model.eval()", A, "'eval'; write layer.forward(x, training=False)", lambda b: b.two.eval()),
    ("model.zero_grad()", A, "'zero_grad'; each backward pass writes its gradients anew",
     lambda b: b.tower.zero_grad()),
    ("model.parameters()", A, "'parameters'; layer.params is a dict of arrays by name",
     lambda b: Adam(b.model.parameters())),
    ("model.state_dict()", A, "'state_dict'; save_checkpoint(path, layer) saves layer.params",
     lambda b: b.model.state_dict()),
    ("model.to('cuda')", A, "'to'; everything runs on the CPU", lambda b: b.model.to("cuda")),
    ("model.cuda()", A, "'cuda'; everything runs on the CPU", lambda b: b.model.cuda()),
    ("layer.weight", A, "'Dense' object has no attribute 'weight'; write layer.params['W']",
     lambda b: Dense(3, 2).weight),
    ("layer.weight_ih_l0", A, "'weight_ih_l0'; write layer.params['W_xh']",
     lambda b: LSTM(3, 2).weight_ih_l0),
    ("model.head", A, "'Sequential' object has no attribute 'head'; write layer.children()['head']",
     lambda b: b.model.head),
    ("a misspelt attribute", A, "'LSTM' object has no attribute 'hiden_size'; did you mean "
     "'hidden_size'?", lambda b: LSTM(3, 2).hiden_size),
    ("an attribute of nobody", A, "'LSTM' object has no attribute 'zzz'", lambda b: LSTM(3, 2).zzz),
    ("optimizer.zero_grad()", A, "'Adam' object has no attribute 'zero_grad'; each backward pass",
     lambda b: Adam().zero_grad()),
    ("optimizer.lr", A, "'lr'; write optimizer.learning_rate", lambda b: SGD(0.1).lr),
    ("numpyrnn.Lstm", A, "module 'numpyrnn' has no attribute 'Lstm'; did you mean 'LSTM'?",
     lambda b: numpyrnn.Lstm),
    ("numpyrnn.nn", A, "'nn'; layers stand in numpyrnn itself", lambda b: numpyrnn.nn.LSTM),
    ("numpyrnn.optim.adam", A, "module 'numpyrnn.optim' has no attribute 'adam'; did you mean "
     "'Adam'?",
     lambda b: numpyrnn.optim.adam),
    ("numpyrnn.CrossEntropyLoss", A, "did you mean 'softmax_cross_entropy'?",
     lambda b: numpyrnn.CrossEntropyLoss),
    ("numpyrnn.losses.MSELoss", A, "module 'numpyrnn.losses' has no attribute 'MSELoss'; did you "
     "mean 'mean_squared_error'?", lambda b: numpyrnn.losses.MSELoss),
    ("numpyrnn.accuracy", A, "'accuracy'; numpyrnn.metrics.accuracy", lambda b: numpyrnn.accuracy),
    ("from numpyrnn import Lstm", I, "cannot import name 'Lstm' from 'numpyrnn'; did you mean "
     "'LSTM'?",
     lambda b: imported("from numpyrnn import Lstm")),
    ("from numpyrnn import nn", I, "cannot import name 'nn' from 'numpyrnn'; layers stand in",
     lambda b: imported("from numpyrnn import nn")),
    ("from numpyrnn.layers import Linear", I, "cannot import name 'Linear' from "
     "'numpyrnn.layers'; did you mean 'Dense'?",
     lambda b: imported("from numpyrnn.layers import Linear")),
    *[(f"{theirs!r} as initialiser", V, f"got '{theirs}'; did you mean '{ours}'?",
       lambda b, theirs=theirs: Dense(3, 4, kernel_init=theirs))
      for theirs, ours in {
          "xavier": "glorot_uniform", "glorot": "glorot_uniform",
          "xavier_uniform_": "glorot_uniform", "XavierNormal": "glorot_normal",
          "he_norm": "he_normal", "kaiming": "he_uniform",
          "kaiming_normal_": "he_normal", "GlorotUniform": "glorot_uniform"}.items()],
    ("'ReLU' as activation", V, "got 'ReLU'; did you mean 'relu'?",
     lambda b: Dense(3, 4, activation="ReLU")),
    ("'swish' as activation", V, "got 'swish'; did you mean 'silu'?",
     lambda b: Activation("swish")),
    ("an activation that is a function", V, "activation: expected one of 'relu', … got <ufunc "
     "'tanh'>",
     lambda b: Dense(3, 4, activation=np.tanh)),
    ("'mul' to merge", V, "merge: expected one of 'concat', 'sum', 'mean', 'product', got 'mul'; "
     "did you mean 'product'?",
     lambda b: Bidirectional(LSTM(3, 4), LSTM(3, 4, reverse=True), merge="mul")),
    ("a sum of different sizes", V, "hidden_size: expected the same in both directions with "
     "merge='sum', got 4 and 5; merge='concat' takes any",
     lambda b: Bidirectional(LSTM(3, 4), LSTM(3, 5, reverse=True), merge="sum")),
    ("one gradient for two outputs", T, "dh: expected a tuple (forward, backward) of two "
     "gradients, got ndarray",
     lambda b: (lambda two: (two.forward(b.x), two.backward(np.ones((2, 4, 8)))))(
         Bidirectional(LSTM(3, 4), LSTM(3, 4, reverse=True), merge=None))),
    ("a Dense that overflows", V, "W x + b: expected finite numbers, got inf",
     np.errstate(over="ignore")(
         lambda b: Dense(3, 4, activation="softmax", kernel_init=3e38).forward(10 + 0 * b.x))),
    ("an activation of NaN", V, "x: expected finite numbers, got nan at index [0, 0, 0]",
     lambda b: Activation("relu").forward(b.x * np.nan)),
    ("an activation of no steps", V, "x: expected at least one time step, got T = 0",
     lambda b: Activation("relu").forward(b.x[:, :0])),
    ("a checkpoint as torch.save has it", T, "path: expected the path of a file, got a Sequential; "
     "write save_checkpoint(path, model)", lambda b: save_checkpoint(b.model, "a.npz")),
    ("a checkpoint of parameters alone", T, "model: expected a layer or a model, whose params are "
     "saved, got {", lambda b: save_checkpoint("a.npz", b.model.params)),
    ("a step with a pair", T, "batch: expected Batch(x, targets), got a tuple; wrap it: Batch(x, "
     "targets, lengths)",
     lambda b: train_step(b.model, softmax_cross_entropy, Adam(), (b.ids, WORDS))),
    ("the vocabulary of Keras", A, "'Vocabulary' object has no attribute 'word_index'; "
     "vocabulary.encode(words) gives", lambda b: numpyrnn.Vocabulary([["a"]]).word_index),
    ("a layer in another room", A, "module 'numpyrnn.models' has no attribute 'Sequential'; write "
     "numpyrnn.Sequential", lambda b: numpyrnn.models.Sequential),
    ("one-hot targets of Keras", I, "cannot import name 'to_categorical' from 'numpyrnn'; losses "
     "take class ids as they are", lambda b: imported("from numpyrnn import to_categorical")),
    ("padding 'pre'", V, "side: expected one of 'after', 'before', got 'pre'; did you mean "
     "'before'?", lambda b: numpyrnn.pad_sequences([[1]], side="pre")),
    ("what summary does not take", T, "Sequential.summary: got an unexpected keyword argument "
     "'print_fn'; it takes none", lambda b: b.model.summary(print_fn=print)),
    ("an activation before forward", RuntimeError, "Activation.backward: expected a forward pass",
     lambda b: Activation("relu").backward(b.x)),
    ("logits for probabilities", V, "probabilities: expected rows of numbers from 0 to 1 with a "
     "sum of 1, got one with … ; softmax_cross_entropy takes logits",
     lambda b: cross_entropy(b.dy[:, 0], LABELS)),
]

BEGINNERS = UNPACKED + SHAPES + CALLS + NAMES
