"""What `numpyrnn bench` and `numpyrnn doctor` measure: a layer's step beside its peers, and this
machine."""
