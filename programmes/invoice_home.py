"""What billing asks people to do on their home page."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.models import InvoiceLine
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section, Todo


def invoice_sections(actor: Actor) -> list[Section]:
    """How many lines a provider has to bill, and how many a company has to say are paid; none shows nothing."""
    if not actor.has(Role.PROVIDER, Role.COMPANY_CONTACT):
        return []
    mine = InvoiceLine.objects.visible_to(actor)
    billed = Q(state=InvoiceLine.State.INVOICED, stream=InvoiceLine.Stream.COMPANY)
    own = Q(edition__offer__provider__organisation=actor.organisation_id)
    counts = mine.aggregate(
        due=Count("pk", filter=Q(state=InvoiceLine.State.DUE) & own),
        unpaid=Count("pk", filter=billed & Q(organisation=actor.organisation_id)),
    )
    url, todos = reverse("programmes:invoices"), []
    if actor.has(Role.PROVIDER) and (count := counts["due"]):
        label = ngettext("%(n)s factuurlijn te factureren", "%(n)s factuurlijnen te factureren", count)
        todos.append(Todo(label % {"n": count}, f"{url}?state=due", text=_("Meld nummer en datum.")))
    if actor.has(Role.COMPANY_CONTACT) and (count := counts["unpaid"]):
        label = ngettext("%(n)s factuur te betalen", "%(n)s facturen te betalen", count)
        todos.append(Todo(label % {"n": count}, f"{url}?state=invoiced", text=_("Meld wanneer u betaalde.")))
    return [Section(_("Facturatie"), todos)] if todos else []
