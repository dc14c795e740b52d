"""Every layer and loss with every option, as cases for the gradient check."""
