"""The mistakes that are made with remedies, attention, schedules, metrics of text and the models
that write: rows as in mistakes.py. Its bench is `toolbox` in test_mistakes.py: H = 5, x (2, 4, 3).
"""

import numpy as np

from numpyrnn import (
    GRU,
    LSTM,
    RNN,
    Annealed,
    AttentionOverTime,
    Bidirectional,
    Captioner,
    ConstantRate,
    CosineDecay,
    Dense,
    DotAttention,
    ExponentialDecay,
    FunctionRate,
    InverseSigmoidDecay,
    LayerNorm,
    LayerNormGRU,
    LayerNormLSTM,
    LearnedState,
    LinearRamp,
    MeanOverTime,
    OneShotDecoder,
    PeepholeLSTM,
    RecurrentDropout,
    ReduceOnPlateau,
    ScheduleProduct,
    Sequential,
    Stacked,
    StepDecay,
    Stream,
    Subsampled,
    Translator,
    Zoneout,
    beam_search,
    chrono_biases,
    ctc_greedy,
    ctc_model,
    forecaster,
    greedy_search,
    language_model,
    metrics,
    pair_batches,
    tagger,
)

V, T = ValueError, TypeError

LAYERS = [
    ("normalising a single number", V, "size: expected at least 2 numbers to normalise, got 1, "
     "which is its own mean; leave", lambda b: LayerNorm(1)),
    ("a normalised LSTM of one unit", V, "hidden_size: expected at least 2 numbers to normalise, "
     "got 1", lambda b: LayerNormLSTM(3, 1)),
    ("a normalised GRU of one unit", V, "hidden_size: expected at least 2 numbers to normalise, "
     "got 1", lambda b: LayerNormGRU(3, 1)),
    ("normalising other features", V, "x: expected shape (batch, steps, 3), got (2, 4, 2); this "
     "layer was made with size=3", lambda b: b.norm.forward(b.x[..., :2])),
    ("a kernel that is not there", V, "engine: expected 'cell', since PeepholeLSTM has no kernel",
     lambda b: PeepholeLSTM(3, 5, engine="kernel")),
    ("peepholes drawn by a misspelt name", V, "peephole_init: expected … did you mean 'zeros'",
     lambda b: PeepholeLSTM(3, 5, peephole_init="zeroes")),
    ("recurrent dropout without rng", V, "rng: expected a seed or a numpy Generator, got None",
     lambda b: b.dropped.forward(b.x)),
    ("recurrent dropout of everything", V, "rate: expected a number at least 0 and below 1, got 1",
     lambda b: RecurrentDropout(LSTM(3, 5), 1)),
    ("zoneout without rng", V, "rng: expected a seed or a numpy Generator, got None … "
     "training=False", lambda b: b.zoned.forward(b.x)),
    ("a memory rate for a GRU", V, "memory_rate: expected no value for a GRU, which has no memory",
     lambda b: Zoneout(GRU(3, 5), 0.1, memory_rate=0.5)),
    ("zoneout of a subsampled layer", T, "Zoneout: expected a recurrent layer, such as an LSTM, "
     "got Subsampled; wrap the layers inside", lambda b: Zoneout(Subsampled(LSTM(3, 5), 2), 0.1)),
    ("a learned state of a Dense", T, "LearnedState: expected a recurrent layer … got Dense",
     lambda b: LearnedState(Dense(3, 5))),
    ("a learned state loaded from a layer without", V, "params: expected … but 'c0' is missing",
     lambda b: b.begun.load_params(b.begun.layer.params)),
    ("a subsampled layer at every 0th step", V, "every: expected at least 1, got 0",
     lambda b: Subsampled(LSTM(3, 5), every=0)),
    ("a subsampled layer's state without its clock", T, "state: expected a tuple (state of the "
     "layer, clock), got State; take", lambda b: b.slow.forward(b.x, b.state)),
    ("a subsampled layer in both directions", T, "forward: expected an RNN, LSTM or GRU, got "
     "Subsampled; Bidirectional(",
     lambda b: Bidirectional(Subsampled(LSTM(3, 5), 2), LSTM(3, 5, reverse=True))),
    ("a residual stack that changes its size", V, "layers[1]: expected as many outputs as inputs "
     "with residual=True, got 5 and 4; only the lowest",
     lambda b: Stacked([LSTM(3, 5), GRU(5, 4)], residual=True)),
    ("per_sequence='yes' between layers", T, "per_sequence: expected True or False, got 'yes'",
     lambda b: Stacked([LSTM(3, 5), GRU(5, 4)], 0.5, per_sequence="yes")),
    ("dropout per sequence without steps", V, "x: expected shape (batch, steps, features), got "
     "(2, 3); per_sequence=True needs", lambda b: b.drop.forward(b.x[:, 0], rng=0)),
    ("chrono biases without gates", V, "layer: expected an LSTM or a GRU, or a model with one, got "
     "RNN; others have no gates", lambda b: chrono_biases(RNN(3, 5), 100)),
    ("chrono biases for memories of one step", V, "longest: expected a number at least 2, got 1",
     lambda b: chrono_biases(b.begun, 1)),
    ("a stream read backwards", V, "stream: expected layers that read forwards, got this LSTM with "
     "reverse=True", lambda b: LSTM(3, 5, reverse=True).stream()),
    ("a stream that needs all steps", V, "stream: expected layers that read one step at a time, "
     "got 'pool' (MeanOverTime)",
     lambda b: Sequential(rnn=LSTM(3, 5), pool=MeanOverTime()).stream()),
    ("a stream of a class", T, "stream: expected a recurrent model, got the class LSTM; make one",
     lambda b: Stream(LSTM)),
    ("a stream of a Dense", T, "stream: expected a recurrent model, got Dense, which carries no "
     "state; call forward", lambda b: Stream(Dense(3, 2))),
    ("attention in a row of layers", T, "attention: expected a layer with one input, got "
     "DotAttention, which takes queries and keys; AttentionOverTime",
     lambda b: Sequential(rnn=LSTM(3, 5), attention=DotAttention())),
    ("a stream given a whole sequence", V, "x_t: expected shape (2, 3), one step of each sequence, "
     "got (2, 4, 3)", lambda b: b.slow.stream(2).step(b.x)),
    ("a source that a mask hides", V, "mask: expected at least one source step to look at, got "
     "none for row 1; leave rows without a source out",
     lambda b: b.attention.forward(b.x, b.x, mask=[[1, 0, 0, 1], [0, 0, 0, 0]])),
    ("a query from which a mask hides everything", V, "mask: … got none for query 2 of row 0",
     lambda b: b.attention.forward(b.x, b.x, mask=np.full((2, 4, 4), [[1], [1], [0], [1]]))),
    ("a source of length 0", V, "lengths: expected at least one source step to look at, got none "
     "for row 0", lambda b: b.attention.forward(b.x, b.x, lengths=[0, 4])),
    ("attention to keys of another size", V, "keys: expected shape (2, source steps, 3), got (2, "
     "4, 2)", lambda b: b.attention.forward(b.x, b.x[..., :2])),
    ("attention with NaN among the keys", V, "keys: expected finite numbers, got nan",
     lambda b: b.attention.forward(b.x, b.x * np.nan)),
    ("attention over the time of one sequence", V, "x: expected shape (batch, steps, 3), got (4, "
     "3)", lambda b: b.pool.forward(b.x[0])),
    ("attention over time of nothing", V, "attention_size: expected at least 1, got 0",
     lambda b: AttentionOverTime(3, 0)),
]

MODELS = [
    ("a tagger of a misspelt kind", V, "kind: expected one of 'none', … got 'bilsm'; did you mean "
     "'bilstm'?", lambda b: tagger("bilsm", 5, 3)),
    ("a tagger without tags", V, "tags: expected at least 1, got 0",
     lambda b: tagger("gru", 5, 0)),
    ("a tagger with half an embedding", T, "embedding_size: expected a whole number, got 2.5",
     lambda b: tagger("gru", 5, 3, embedding_size=2.5)),
    ("a forecaster of nothing", V, "outputs: expected at least 1, got 0",
     lambda b: forecaster("gru", 3, 0)),
    ("a forecaster from nothing", V, "features: expected at least 1, got 0",
     lambda b: forecaster("gru", 0, 2)),
    ("a forecaster with a word for a flag", T, "every_step: expected True or False, got 'no'",
     lambda b: forecaster("gru", 3, 2, every_step="no")),
    ("a CTC model of no classes", V, "classes: expected at least 1, got 0",
     lambda b: ctc_model("gru", 3, 0)),
    ("a CTC model of no features", V, "features: expected at least 1, got 0",
     lambda b: ctc_model("gru", 0, 4)),
    ("a language model without words", V, "vocabulary_size: expected at least 1, got 0",
     lambda b: language_model("gru", 0)),
    ("a language model with a word as seed", T, "rng: expected a seed of at least 0, … got 'zero'",
     lambda b: language_model("gru", 5, rng="zero")),
    ("a greedy reading of one row", V, "logits: expected shape (batch, steps, classes), got (4, 3)",
     lambda b: ctc_greedy(b.x[0])),
    ("ids for a translator's pairs", T, "x: expected Pairs(source, lengths, previous), got an "
     "array of shape (2, 3)", lambda b: b.translator.forward(b.pairs.source)),
    ("a translator without sources", V, "source_size: expected at least 1, got 0",
     lambda b: Translator(0, 3)),
    ("a translator with no embedding", V, "embedding_size: expected at least 1, got 0",
     lambda b: Translator(4, 3, embedding_size=0)),
    ("more truth than there is", V, "teacher_forcing: expected a number at least 0 and at most 1, "
     "got 1.5", lambda b: b.forcing(1.5).forward(b.pairs, rng=0)),
    ("a translator's own ids without rng", V, "rng: expected a seed or a numpy Generator, got None",
     lambda b: b.forcing(0.5).forward(b.pairs)),
    ("annealing what has no teacher", T, "model: expected one with teacher_forcing, such as",
     lambda b: Annealed(b.captioner, 0.5, 0.1)),
    ("a decay of the truth below 1", V, "k: expected a number at least 1, got 0.5",
     lambda b: InverseSigmoidDecay(0.5)),
    ("a search of width 0", V, "width: expected at least 1, got 0",
     lambda b: beam_search(b.translator, b.pairs.source, max_steps=3, width=0)),
    ("a greedy search of no steps", V, "max_steps: expected at least 1, got 0",
     lambda b: greedy_search(b.translator, b.pairs.source, max_steps=0)),
    ("a search with a language model", T, "model: expected an object with encode and step, got",
     lambda b: greedy_search(tagger("gru", 5, 3), b.pairs.source, max_steps=3)),
    ("pairs with an empty source", V, "sources[1]: expected at least one id, got an empty",
     lambda b: pair_batches([[1], []], [[1], [2]], 2, boundary=3)),
    ("images that are square", V, "source: expected shape (batch, 9), got (2, 3, 3); flatten",
     lambda b: b.captioner.forward(b.seen._replace(source=b.seen.source.reshape(2, 3, 3)))),
    ("no images", V, "source: expected at least one row, got an empty batch; leave it out",
     lambda b: b.captioner.forward(b.seen._replace(source=b.seen.source[:0]))),
    ("words for fewer images", V, "previous: expected shape (2, steps), got (1, 3); one row for "
     "each", lambda b: b.captioner.forward(b.seen._replace(previous=b.seen.previous[:1]))),
    ("one word for each image", V, "previous: expected shape (2, steps), got (2,); one row for "
     "each", lambda b: b.captioner.forward(b.seen._replace(previous=b.seen.previous[:, 0]))),
    ("a word beyond the boundary", V, "previous: expected ids from 0 to 3, got 4",
     lambda b: b.captioner.forward(b.seen._replace(previous=b.seen.previous + 1))),
    ("a captioner that pools nothing", V, "pool: expected … at least 1, got 0",
     lambda b: Captioner(3, 3, pool=0)),
    ("a captioner with no channels", V, "channels: expected at least 1, got 0",
     lambda b: Captioner(3, 3, channels=0)),
    ("a patch larger than the image", V, "patch: expected at most the side of the image, 3, got 4",
     lambda b: Captioner(3, 3, patch=4)),
    ("places for fewer images", V, "previous: expected shape (2, steps), got (1, 3); one row for "
     "each", lambda b: b.at_once.forward(b.seen._replace(previous=b.seen.previous[:1]))),
    ("more places than there are", V, "previous: expected at most 4 places, got 6; build the model",
     lambda b: b.at_once.forward(b.seen._replace(previous=np.tile(b.seen.previous, 2)))),
    ("dlogits of fewer places", V, "dlogits: expected shape (2, 3, 4), got (2, 2, 4); it must have",
     lambda b: (b.at_once.forward(b.seen), b.at_once.backward(np.ones((2, 2, 4))))),
    ("ids='yes'", T, "ids: expected True or False, got 'yes'",
     lambda b: OneShotDecoder(9, 3, 4, ids="yes")),
]

NUMBERS = [
    ("a constant below 0", V, "rate: expected a number at least 0, got -1",
     lambda b: ConstantRate(-1)),
    ("steps that fall at every 0th", V, "every: expected at least 1, got 0",
     lambda b: StepDecay(0.1, 0)),
    ("a decay by nothing", V, "factor: expected a number above 0, got 0",
     lambda b: ExponentialDecay(0.1, 0)),
    ("a cosine that ends in text", T, "last: expected a number, got 'zero'",
     lambda b: CosineDecay(0.1, 10, "zero")),
    ("a ramp of no steps", V, "steps: expected at least 1, got 0", lambda b: LinearRamp(0, 0.1, 0)),
    ("a function that is a number", T, "function: expected a function, got 0.1; pass one of the",
     lambda b: FunctionRate(0.1)),
    ("a function that says no number", T, "the function's rate: expected a number, got 'fast'",
     lambda b: FunctionRate(lambda step: "fast")(0)),
    ("a schedule times a word", T, "parts[1]: expected a schedule, a function of the step or a "
     "number, got 'half'", lambda b: CosineDecay(0.1, 10) * "half"),
    ("a product of nothing", V, "parts: expected at least one schedule, got none",
     lambda b: ScheduleProduct()),
    ("a plateau whose end lies above it", V, "last: expected a number at least 0 and at most 0.1, "
     "got 1", lambda b: ReduceOnPlateau(0.1, last=1)),
    ("the perplexity of nothing", T, "loss: expected one number, got None; give the mean",
     lambda b: metrics.perplexity(None)),
    ("the perplexity of text", T, "loss: expected one number, got '0.5'; give the mean",
     lambda b: metrics.perplexity("0.5")),
    ("bits of every step", T, "loss: expected one number, got an array of shape (2,); give the "
     "mean", lambda b: metrics.bits_per_character(np.ones(2))),
    ("the perplexity of a probability's logarithm", V, "loss: expected at least 0 nats, got -0.5",
     lambda b: metrics.perplexity(-0.5)),
    ("a confusion of classes that are not there", V, "targets: expected ids from 0 to 1, got 2",
     lambda b: metrics.confusion_matrix([0, 1], [0, 2], classes=2)),
    ("two classes of three", V, "classes: expected 2 with average='binary', got 3; leave it out",
     lambda b: metrics.precision_recall_f1([0, 1], [1, 1], average="binary", classes=3)),
    ("edits of a number", T, "hypothesis: expected text or a list of tokens, got 3",
     lambda b: metrics.edit_distance(3, "a")),
    ("an alignment of numbers with a point", T, "hypothesis: expected tokens that are text or "
     "whole numbers, got 0.5", lambda b: metrics.align([0.5], [1])),
    ("edits of fewer references", V, "references: expected 2 entries, one for each hypothesis",
     lambda b: metrics.edit_counts(["a", "b"], ["a"])),
    ("the words of several texts", T, "text: expected one text, got ['a']; call it for each",
     lambda b: metrics.rouge_words(["a"])),
]

TOOLBOX = LAYERS + MODELS + NUMBERS
