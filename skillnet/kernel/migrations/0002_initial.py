

import django.contrib.postgres.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('kernel', '0001_initial'),
        ('networks', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to='networks.organisation'),
        ),
        migrations.AddField(
            model_name='decision',
            name='organisation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='networks.organisation'),
        ),
        migrations.AddField(
            model_name='decision',
            name='subject_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype'),
        ),
        migrations.AddField(
            model_name='decision',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importfile',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_files', to='networks.organisation'),
        ),
        migrations.AddField(
            model_name='importfile',
            name='uploaded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='recipient',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rate',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rate',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rateevent',
            name='confirmed_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rateevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='rateevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='kernel.rate'),
        ),
        migrations.AddField(
            model_name='rateevent',
            name='proposed_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rateevent',
            name='key',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='kernel.ratekey'),
        ),
        migrations.AddField(
            model_name='rate',
            name='key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='kernel.ratekey'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['subject_type', 'subject_id', 'decided_at'], name='decision_by_subject'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='decision_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='01c727dd936fe7c77737c53afa9e7e9d56189e4b', operation='UPDATE OR DELETE', pgid='pgtrigger_decision_is_final_238c1', table='kernel_decision', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('sent_at', None)), fields=['id'], name='outbox_unsent'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='rate_needs_a_second_person', violation_error_message='Een tarief wordt door een tweede persoon bevestigd.'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('legal_basis', ''), _negated=True), name='rate_has_a_legal_basis'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'confirmed')), expressions=[(models.Func(models.F('key_id'), models.F('key_id'), models.Value('[]'), function='int8range'), '&&'), ('period', '&&')], name='rate_periods_of_a_key_do_not_overlap', violation_error_message='Voor deze periode bestaat al een bevestigd tarief.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "kernel_rateevent" ("confirmed_by_id", "created_at", "id", "is_certain", "key_id", "legal_basis", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_by_id", "source", "state", "updated_at", "value") VALUES (NEW."confirmed_by_id", NEW."created_at", NEW."id", NEW."is_certain", NEW."key_id", NEW."legal_basis", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proposed_by_id", NEW."source", NEW."state", NEW."updated_at", NEW."value"); RETURN NULL;', hash='086eb76e8813d3a54064fae4a00e3058c3855655', operation='INSERT', pgid='pgtrigger_insert_insert_a13fa', table='kernel_rate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "kernel_rateevent" ("confirmed_by_id", "created_at", "id", "is_certain", "key_id", "legal_basis", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_by_id", "source", "state", "updated_at", "value") VALUES (NEW."confirmed_by_id", NEW."created_at", NEW."id", NEW."is_certain", NEW."key_id", NEW."legal_basis", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposed_by_id", NEW."source", NEW."state", NEW."updated_at", NEW."value"); RETURN NULL;', hash='2ae6f1f5fc357c2a226515de752f81120ce13727', operation='UPDATE', pgid='pgtrigger_update_update_bde5e', table='kernel_rate', when='AFTER')),
        ),
    ]
