"""How far back the gradient reaches, before and after training."""
