"""The exercises of chapter 11, transfer learning."""
