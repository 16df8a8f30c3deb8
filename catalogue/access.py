"""Who may open which address of `catalogue`."""

from skillnet.kernel.access import Access

ACCESS: dict[str, Access] = {}
