"""The words of the field, as tables."""

from policies.lexicon.tables import HeadingRole, card_labels, heading_roles, role_of, table

__all__ = ["HeadingRole", "card_labels", "heading_roles", "role_of", "table"]
