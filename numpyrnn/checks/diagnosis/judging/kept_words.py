"""The GRU's mistakes in the words of h = z h' + (1 - z) n, for code that is written so.

The bank speaks of the textbook's z, the share of the new; there the same mistake has z and 1 - z
the other way round.
"""

from __future__ import annotations

from dataclasses import replace

from numpyrnn.checks.diagnosis.bank.edits import Bug

ORDERS = "gates_in_order_"
_H = "from h = z h' + (1 - z) n:"
_DZ, _DN, _DIRECT = f"{_H} dz = dh (h' - n)", f"{_H} dn = dh (1 - z)", f"{_H} dh' begins as dh z"
WORDS = {
    "dz_sign": ("dz has the wrong sign: n - h'", _DZ),
    "dz_without_h_prev": ("dz is -dh n: that z also keeps h' is forgotten", _DZ),
    "dz_without_candidate": ("dz is dh h': that z also holds the candidate back is forgotten", _DZ),
    "dz_sum": ("dz is -dh (n + h'): a plus where a minus belongs", _DZ),
    "dz_uses_h": ("dz uses h_t where h_{t-1} belongs", _DZ),
    "dn_uses_one_minus_z": ("dn has the factor z where 1 - z belongs", _DN),
    "dn_without_z": ("dn is dh itself: the factor 1 - z is missing", _DN),
    "direct_path_missing":
        ("the direct path from h_t to h_{t-1}, past the gates, is missing", _DIRECT),
    "direct_path_uses_z": ("the direct path has the factor 1 - z where z belongs", _DIRECT),
    "direct_path_without_gate": ("the direct path is dh itself, without z", _DIRECT),
    "direct_path_twice":
        ("the direct path from h_t to h_{t-1} is added twice", f"{_DIRECT}, once"),
    "z_inverted": ("z and 1 - z are exchanged throughout",
                   f"{_DZ}, dn = dh (1 - z), dh' = dh z + …"),
    "sigmoid_slope_cut_z":
        ("σ' of the update gate is written 1 - z: the factor z is missing", "da_z = dz z (1 - z)"),
    "carry_plus_dh": ("the dh of this step is added to the dh handed back",
                      "dh' is dh z and what comes back through the gates and the candidate"),
    "W_hn_uses_z": ("dW_hn uses (1 - z) h' where r h' belongs", "dW_hn = da_n (r h')ᵀ"),
    "reset_for_update_in_path":
        ("the path through the candidate has the factor 1 - z, not r", "dh' += d(r h') r"),
}


def in_words_of(bug: Bug, update: str, gates: str, ours: str) -> Bug:
    """The bug, told for code whose z has this meaning ("new" or "keep") and whose blocks stand in
    the order `gates` where the textbook has `ours`."""
    if bug.key.startswith(ORDERS) and gates != ours:
        holds = dict(zip(ours, bug.key.removeprefix(ORDERS), strict=True))
        written = " ".join(holds[g] for g in gates)
        return replace(bug, edits=(), title="the blocks of the gates are stacked in the order "
                       f"{written}, not {' '.join(gates)}")
    if update != "keep" or bug.key not in WORDS or not bug.edits:
        return bug
    title, fix = WORDS[bug.key]
    return replace(bug, title=title, fix=fix, edits=())
