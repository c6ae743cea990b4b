"""Roles come from the environment alone."""

from services.access import Access, Role


def test_everybody_has_one_role() -> None:
    access = Access(1, {1, 2})
    assert [access.role(person) for person in (1, 2, 3, 0, -1001)] == [
        Role.OWNER,
        Role.ADMIN,
        Role.READER,
        Role.READER,
        Role.READER,
    ]
    assert [access.is_admin(person) for person in (1, 2, 3)] == [True, True, False]
    assert access.admin_ids == {2}
