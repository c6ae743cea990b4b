"""What every test shares: property tests that are repeatable and not timed, because the machine may be busy."""

from hypothesis import HealthCheck, settings

settings.register_profile("draftkeep", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("draftkeep")
