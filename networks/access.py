"""Who may open which address of `networks`."""

from skillnet.kernel.access import Access

ACCESS: dict[str, Access] = {}
