"""The exercises of chapter 6, CNNs with MNIST."""
