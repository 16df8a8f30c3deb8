

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('networks', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.AddField(
            model_name='provider',
            name='organisation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='provider', to='networks.organisation'),
        ),
        migrations.AddField(
            model_name='offerevent',
            name='provider',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.provider'),
        ),
        migrations.AddField(
            model_name='offer',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='catalogue.provider'),
        ),
        migrations.AddField(
            model_name='providerevent',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.organisation'),
        ),
        migrations.AddField(
            model_name='providerevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='providerevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalogue.provider'),
        ),
        migrations.AddConstraint(
            model_name='microcredential',
            constraint=models.CheckConstraint(condition=models.Q(('workload_hours__gt', 0), ('ects__gt', 0), _connector='OR'), name='microcredential_has_a_workload', violation_error_message='Vul de studielast in, in uren of in ECTS-punten (element 7).'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('offer', 'external_id'), name='edition_known_once_in_its_offer'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='edition_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('price', None), ('price__gte', 0), _connector='OR'), name='edition_price_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('seats', None), ('enrolled__lte', models.F('seats')), _connector='OR'), name='edition_not_overbooked'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_editionevent" ("created_at", "ends_on", "enrolled", "external_id", "id", "location", "min_seats", "offer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "price_basis", "public_id", "region", "seats", "starts_on", "state") VALUES (NEW."created_at", NEW."ends_on", NEW."enrolled", NEW."external_id", NEW."id", NEW."location", NEW."min_seats", NEW."offer_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."price", NEW."price_basis", NEW."public_id", NEW."region", NEW."seats", NEW."starts_on", NEW."state"); RETURN NULL;', hash='0493b44d2f423ec122f830dfdfc91654c3397919', operation='INSERT', pgid='pgtrigger_insert_insert_43ab2', table='catalogue_edition', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."enrolled" IS DISTINCT FROM (NEW."enrolled") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."location" IS DISTINCT FROM (NEW."location") OR OLD."min_seats" IS DISTINCT FROM (NEW."min_seats") OR OLD."offer_id" IS DISTINCT FROM (NEW."offer_id") OR OLD."price" IS DISTINCT FROM (NEW."price") OR OLD."price_basis" IS DISTINCT FROM (NEW."price_basis") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."seats" IS DISTINCT FROM (NEW."seats") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "catalogue_editionevent" ("created_at", "ends_on", "enrolled", "external_id", "id", "location", "min_seats", "offer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "price_basis", "public_id", "region", "seats", "starts_on", "state") VALUES (NEW."created_at", NEW."ends_on", NEW."enrolled", NEW."external_id", NEW."id", NEW."location", NEW."min_seats", NEW."offer_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."price", NEW."price_basis", NEW."public_id", NEW."region", NEW."seats", NEW."starts_on", NEW."state"); RETURN NULL;', hash='b5dbc3a2a9aaf36b1332dc0ce219517c1eb922a0', operation='UPDATE', pgid='pgtrigger_update_update_b66d7', table='catalogue_edition', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='provider',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_providerevent" ("created_at", "description", "id", "kind", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "quality_label", "recognised_since", "recognised_until", "website") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."kind", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."quality_label", NEW."recognised_since", NEW."recognised_until", NEW."website"); RETURN NULL;', hash='cc1cf557e270ecead7a9d4ef74efe1ea93683356', operation='INSERT', pgid='pgtrigger_insert_insert_185bb', table='catalogue_provider', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='provider',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quality_label" IS DISTINCT FROM (NEW."quality_label") OR OLD."recognised_since" IS DISTINCT FROM (NEW."recognised_since") OR OLD."recognised_until" IS DISTINCT FROM (NEW."recognised_until") OR OLD."website" IS DISTINCT FROM (NEW."website"))', func='INSERT INTO "catalogue_providerevent" ("created_at", "description", "id", "kind", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "quality_label", "recognised_since", "recognised_until", "website") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."kind", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."quality_label", NEW."recognised_since", NEW."recognised_until", NEW."website"); RETURN NULL;', hash='8c07868b30e32af9ab9dd08533ffee5337f165ec', operation='UPDATE', pgid='pgtrigger_update_update_d99cb', table='catalogue_provider', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='offer_search'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['state', '-id'], name='offer_by_state'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['provider', '-id'], name='offer_by_provider'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(fields=('provider', 'external_id'), name='offer_known_once_by_its_provider'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='offer_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('price', None), ('price__gte', 0), _connector='OR'), name='offer_price_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('hours', None), ('hours__gte', 0), _connector='OR'), name='offer_hours_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('eqf_level', None), ('eqf_level__range', (1, 8)), _connector='OR'), name='offer_eqf_between_1_and_8'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('supply_subsidy_pct', None), ('supply_subsidy_pct__range', (0, 100)), _connector='OR'), name='offer_subsidy_is_a_percentage'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_offerevent" ("created_at", "credential", "depth", "description", "direction", "ects", "eqf_level", "external_id", "hours", "id", "is_closed", "isced_f", "language", "mandatory", "min_seats", "mode", "open_until", "outcomes", "outcomes_text", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "price", "price_basis", "provider_id", "public_id", "regions", "seats", "skills", "state", "supply_subsidy_pct", "teaching_languages", "title", "url") VALUES (NEW."created_at", NEW."credential", NEW."depth", NEW."description", NEW."direction", NEW."ects", NEW."eqf_level", NEW."external_id", NEW."hours", NEW."id", NEW."is_closed", NEW."isced_f", NEW."language", NEW."mandatory", NEW."min_seats", NEW."mode", NEW."open_until", NEW."outcomes", NEW."outcomes_text", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."places", NEW."price", NEW."price_basis", NEW."provider_id", NEW."public_id", NEW."regions", NEW."seats", NEW."skills", NEW."state", NEW."supply_subsidy_pct", NEW."teaching_languages", NEW."title", NEW."url"); RETURN NULL;', hash='374b29ab572f62772aafb22cace7d91f188cb907', operation='INSERT', pgid='pgtrigger_insert_insert_d20a7', table='catalogue_offer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."credential" IS DISTINCT FROM (NEW."credential") OR OLD."depth" IS DISTINCT FROM (NEW."depth") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."ects" IS DISTINCT FROM (NEW."ects") OR OLD."eqf_level" IS DISTINCT FROM (NEW."eqf_level") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."hours" IS DISTINCT FROM (NEW."hours") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_closed" IS DISTINCT FROM (NEW."is_closed") OR OLD."isced_f" IS DISTINCT FROM (NEW."isced_f") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."mandatory" IS DISTINCT FROM (NEW."mandatory") OR OLD."min_seats" IS DISTINCT FROM (NEW."min_seats") OR OLD."mode" IS DISTINCT FROM (NEW."mode") OR OLD."open_until" IS DISTINCT FROM (NEW."open_until") OR OLD."outcomes" IS DISTINCT FROM (NEW."outcomes") OR OLD."outcomes_text" IS DISTINCT FROM (NEW."outcomes_text") OR OLD."places" IS DISTINCT FROM (NEW."places") OR OLD."price" IS DISTINCT FROM (NEW."price") OR OLD."price_basis" IS DISTINCT FROM (NEW."price_basis") OR OLD."provider_id" IS DISTINCT FROM (NEW."provider_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."regions" IS DISTINCT FROM (NEW."regions") OR OLD."seats" IS DISTINCT FROM (NEW."seats") OR OLD."skills" IS DISTINCT FROM (NEW."skills") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."supply_subsidy_pct" IS DISTINCT FROM (NEW."supply_subsidy_pct") OR OLD."teaching_languages" IS DISTINCT FROM (NEW."teaching_languages") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "catalogue_offerevent" ("created_at", "credential", "depth", "description", "direction", "ects", "eqf_level", "external_id", "hours", "id", "is_closed", "isced_f", "language", "mandatory", "min_seats", "mode", "open_until", "outcomes", "outcomes_text", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "price", "price_basis", "provider_id", "public_id", "regions", "seats", "skills", "state", "supply_subsidy_pct", "teaching_languages", "title", "url") VALUES (NEW."created_at", NEW."credential", NEW."depth", NEW."description", NEW."direction", NEW."ects", NEW."eqf_level", NEW."external_id", NEW."hours", NEW."id", NEW."is_closed", NEW."isced_f", NEW."language", NEW."mandatory", NEW."min_seats", NEW."mode", NEW."open_until", NEW."outcomes", NEW."outcomes_text", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."places", NEW."price", NEW."price_basis", NEW."provider_id", NEW."public_id", NEW."regions", NEW."seats", NEW."skills", NEW."state", NEW."supply_subsidy_pct", NEW."teaching_languages", NEW."title", NEW."url"); RETURN NULL;', hash='8ded0d4ea8b607817922ffd00d6963465f511178', operation='UPDATE', pgid='pgtrigger_update_update_914e3', table='catalogue_offer', when='AFTER')),
        ),
    ]
