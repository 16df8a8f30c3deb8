"""Who may open which address of `cockpit`."""

from skillnet.kernel.access import Access

ACCESS: dict[str, Access] = {}
