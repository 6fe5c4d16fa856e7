"""The exercises of chapter 8, autoencoders and generative adversarial networks."""
