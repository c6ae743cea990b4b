"""The proofs: what the product promises, tried at length. `make proof` runs them, `make test` a sample of each."""
