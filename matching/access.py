"""Who may open which address of `matching`."""

from skillnet.kernel.access import Access

ACCESS: dict[str, Access] = {}
