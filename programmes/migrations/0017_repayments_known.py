"""What was noted as paid back becomes one payment of the whole amount, on the day that was noted."""

from typing import Any

from django.db import migrations


def note_payments(apps: Any, schema_editor: Any) -> None:
    recoveries = apps.get_model("programmes", "Recovery").objects.filter(state="repaid")
    payments = apps.get_model("programmes", "Repayment").objects
    for row in recoveries.iterator():
        payments.get_or_create(recovery=row, paid_on=row.repaid_on, amount=row.amount)


class Migration(migrations.Migration):
    dependencies = [("programmes", "0016_repayments")]

    operations = [migrations.RunPython(note_payments, migrations.RunPython.noop, elidable=True)]
