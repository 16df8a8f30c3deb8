"""Who may open which address of `programmes`."""

from skillnet.kernel.access import Access

ACCESS: dict[str, Access] = {}
