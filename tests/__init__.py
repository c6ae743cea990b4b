"""Tests: the folders mirror the house; tests/e2e talks to the running bot through the sandbox."""
