import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import skillnet.kernel.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalogue', '0002_initial'),
        ('matching', '0002_initial'),
        ('networks', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Instrument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('names', models.JSONField(default=dict)),
                ('funder', models.CharField(blank=True, max_length=120)),
                ('is_demand_side', models.BooleanField(default=True)),
                ('legal_basis', models.CharField(blank=True, max_length=300)),
                ('conditions', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('learners', models.PositiveIntegerField(verbose_name='deelnemers')),
                ('cost', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='kost')),
                ('grant', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='subsidie')),
                ('own_share', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='eigen deel')),
                ('state', models.CharField(choices=[('proposed', 'voorgesteld'), ('committed', 'bevestigd'), ('withdrawn', 'teruggetrokken')], default='proposed', max_length=10)),
                ('route', models.CharField(blank=True, max_length=14)),
                ('assessment', models.JSONField(default=dict, help_text='De volledige steunbeoordeling, zoals ze toen was.')),
                ('applied_at', models.DateTimeField(blank=True, help_text='Tijdstip van de steunaanvraag.', null=True)),
                ('committed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='networks.organisation')),
            ],
            options={
                'ordering': ['programme', 'organisation__name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('cost', django.db.models.expressions.CombinedExpression(models.F('grant'), '+', models.F('own_share')))), name='participation_adds_up'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'committed'), _negated=True), ('applied_at__isnull', False), _connector='OR'), name='participation_committed_has_its_instant')],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('summary', models.TextField(blank=True, verbose_name='samenvatting')),
                ('state', models.CharField(choices=[('proposal', 'voorstel'), ('draft', 'ontwerp'), ('submitted', 'wacht op beslissing'), ('returned', 'teruggestuurd'), ('approved', 'goedgekeurd'), ('rejected', 'geweigerd'), ('running', 'loopt'), ('delivered', 'gegeven'), ('claimed', 'afgerekend'), ('paid', 'betaald'), ('cancelled', 'geannuleerd')], default='proposal', max_length=10, verbose_name='toestand')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='begint op')),
                ('learners', models.PositiveIntegerField(blank=True, null=True, verbose_name='deelnemers')),
                ('cost', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='kost')),
                ('grant', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='netwerksubsidie')),
                ('reasons', models.JSONField(default=list, help_text='Waarom dit voorstel: sleutels en waarden van zinnen.')),
                ('alternatives', models.JSONField(default=list, help_text='De volgende beste offers, en waarop zij verloren.')),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('decide_by', models.DateField(blank=True, null=True, verbose_name='beslissen tegen')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='networks.network')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='programmes', to='matching.matchrun')),
                ('strategy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.talentstrategy')),
            ],
            options={
                'verbose_name': 'programma',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['network', 'state'], name='programme_by_network')],
                'constraints': [models.CheckConstraint(condition=models.Q(('cost', None), ('cost__gte', 0), _connector='OR'), name='programme_cost_not_negative'), models.CheckConstraint(condition=models.Q(('grant', None), models.Q(('cost__isnull', False), ('grant__gte', 0), ('grant__lte', models.F('cost'))), _connector='OR'), name='programme_grant_within_its_cost'), models.CheckConstraint(condition=models.Q(('state__in', ['proposal', 'draft', 'cancelled']), ('submitted_at__isnull', False), _connector='OR'), name='programme_submitted_has_its_instant')],
            },
        ),
        migrations.CreateModel(
            name='ParticipationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False)),
                ('learners', models.PositiveIntegerField(verbose_name='deelnemers')),
                ('cost', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='kost')),
                ('grant', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='subsidie')),
                ('own_share', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='eigen deel')),
                ('state', models.CharField(choices=[('proposed', 'voorgesteld'), ('committed', 'bevestigd'), ('withdrawn', 'teruggetrokken')], default='proposed', max_length=10)),
                ('route', models.CharField(blank=True, max_length=14)),
                ('assessment', models.JSONField(default=dict, help_text='De volledige steunbeoordeling, zoals ze toen was.')),
                ('applied_at', models.DateTimeField(blank=True, help_text='Tijdstip van de steunaanvraag.', null=True)),
                ('committed_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.organisation')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='programmes.participation')),
                ('programme', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='programmes.programme')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='participation',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='programmes.programme'),
        ),
        migrations.CreateModel(
            name='FundingLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('legal_basis', models.CharField(max_length=300)),
                ('rate_key', models.CharField(blank=True, max_length=80)),
                ('rate', models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='networks.organisation')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.instrument')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='funding_lines', to='programmes.programme')),
            ],
            options={
                'ordering': ['programme', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='funding_line_not_negative'), models.CheckConstraint(condition=models.Q(('legal_basis', ''), _negated=True), name='funding_line_has_a_legal_basis')],
            },
        ),
        migrations.CreateModel(
            name='CostLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('trainer', 'opleiders'), ('operating', 'werkingskosten'), ('advice', 'advies'), ('trainee', 'loonkost van de deelnemers')], max_length=10)),
                ('description', models.CharField(max_length=300)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.edition')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cost_lines', to='programmes.programme')),
            ],
            options={
                'ordering': ['programme', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='cost_line_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='networks.organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='programmes.programme')),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seats', models.PositiveIntegerField(verbose_name='plaatsen')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programme_editions', to='catalogue.edition')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='programme_editions', to='programmes.programme')),
            ],
            options={
                'ordering': ['programme', 'edition'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'edition'), name='edition_once_in_a_programme'), models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='programme_edition_buys_seats')],
            },
        ),
        migrations.CreateModel(
            name='CompanySeats',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learners', models.PositiveIntegerField(verbose_name='deelnemers')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='networks.organisation')),
                ('programme_edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='company_seats', to='programmes.programmeedition')),
            ],
            options={
                'ordering': ['programme_edition', 'organisation'],
                'constraints': [models.UniqueConstraint(fields=('programme_edition', 'organisation'), name='company_once_in_a_bought_edition'), models.CheckConstraint(condition=models.Q(('learners__gte', 1)), name='company_seats_at_least_one')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False)),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('summary', models.TextField(blank=True, verbose_name='samenvatting')),
                ('state', models.CharField(choices=[('proposal', 'voorstel'), ('draft', 'ontwerp'), ('submitted', 'wacht op beslissing'), ('returned', 'teruggestuurd'), ('approved', 'goedgekeurd'), ('rejected', 'geweigerd'), ('running', 'loopt'), ('delivered', 'gegeven'), ('claimed', 'afgerekend'), ('paid', 'betaald'), ('cancelled', 'geannuleerd')], default='proposal', max_length=10, verbose_name='toestand')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='begint op')),
                ('learners', models.PositiveIntegerField(blank=True, null=True, verbose_name='deelnemers')),
                ('cost', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='kost')),
                ('grant', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='netwerksubsidie')),
                ('reasons', models.JSONField(default=list, help_text='Waarom dit voorstel: sleutels en waarden van zinnen.')),
                ('alternatives', models.JSONField(default=list, help_text='De volgende beste offers, en waarop zij verloren.')),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('decide_by', models.DateField(blank=True, null=True, verbose_name='beslissen tegen')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.network')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='programmes.programme')),
                ('run', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='matching.matchrun')),
                ('strategy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='matching.talentstrategy')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProgrammePool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_live', models.BooleanField(default=True, help_text='Uit zodra het programma geweigerd of geannuleerd is.')),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programme_pools', to='matching.pool')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='programme_pools', to='programmes.programme')),
            ],
            options={
                'ordering': ['programme', 'pool'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'pool'), name='pool_once_in_a_programme'), models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('pool',), name='pool_in_one_live_programme')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission', models.DateTimeField(help_text='Tijdstip van de indiening waarop deze handtekening slaat.')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('reason', models.TextField(verbose_name='motivering')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='programmes.programme')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'user', 'submission'), name='signature_once_for_a_submission'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='signature_says_why')],
            },
        ),
        migrations.CreateModel(
            name='DeMinimisAid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('granted_on', models.DateField(verbose_name='toegekend op')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='bedrag')),
                ('basis', models.CharField(choices=[('de_minimis', 'de minimis'), ('de_minimis_sgei', 'de minimis DAEB')], default='de_minimis', max_length=16)),
                ('granter', models.CharField(blank=True, max_length=200, verbose_name='steunverlener')),
                ('registered_at', models.DateTimeField(blank=True, null=True)),
                ('declared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='de_minimis_aid', to='networks.organisation')),
                ('participation', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='de_minimis_aid', to='programmes.participation')),
            ],
            options={
                'ordering': ['-granted_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='de_minimis_positive')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "programmes_programmeevent" ("alternatives", "cost", "created_at", "created_by_id", "decide_by", "decided_at", "grant", "id", "learners", "network_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reasons", "run_id", "starts_on", "state", "strategy_id", "submitted_at", "summary", "title") VALUES (NEW."alternatives", NEW."cost", NEW."created_at", NEW."created_by_id", NEW."decide_by", NEW."decided_at", NEW."grant", NEW."id", NEW."learners", NEW."network_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reasons", NEW."run_id", NEW."starts_on", NEW."state", NEW."strategy_id", NEW."submitted_at", NEW."summary", NEW."title"); RETURN NULL;', hash='4598b4ba45c33859a6ad5a20ae6feaf53c9f6445', operation='INSERT', pgid='pgtrigger_insert_insert_56ab2', table='programmes_programme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."alternatives" IS DISTINCT FROM (NEW."alternatives") OR OLD."cost" IS DISTINCT FROM (NEW."cost") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."decide_by" IS DISTINCT FROM (NEW."decide_by") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."grant" IS DISTINCT FROM (NEW."grant") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."learners" IS DISTINCT FROM (NEW."learners") OR OLD."network_id" IS DISTINCT FROM (NEW."network_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reasons" IS DISTINCT FROM (NEW."reasons") OR OLD."run_id" IS DISTINCT FROM (NEW."run_id") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."strategy_id" IS DISTINCT FROM (NEW."strategy_id") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "programmes_programmeevent" ("alternatives", "cost", "created_at", "created_by_id", "decide_by", "decided_at", "grant", "id", "learners", "network_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reasons", "run_id", "starts_on", "state", "strategy_id", "submitted_at", "summary", "title") VALUES (NEW."alternatives", NEW."cost", NEW."created_at", NEW."created_by_id", NEW."decide_by", NEW."decided_at", NEW."grant", NEW."id", NEW."learners", NEW."network_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reasons", NEW."run_id", NEW."starts_on", NEW."state", NEW."strategy_id", NEW."submitted_at", NEW."summary", NEW."title"); RETURN NULL;', hash='b3d81d48ad7a64f405a6656de43ff1b03154ddb0', operation='UPDATE', pgid='pgtrigger_update_update_af864', table='programmes_programme', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.UniqueConstraint(fields=('programme', 'organisation'), name='company_once_in_a_programme'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='participation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "programmes_participationevent" ("applied_at", "assessment", "committed_by_id", "cost", "created_at", "grant", "id", "learners", "organisation_id", "own_share", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "public_id", "route", "state") VALUES (NEW."applied_at", NEW."assessment", NEW."committed_by_id", NEW."cost", NEW."created_at", NEW."grant", NEW."id", NEW."learners", NEW."organisation_id", NEW."own_share", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."programme_id", NEW."public_id", NEW."route", NEW."state"); RETURN NULL;', hash='a35d347fe014d16fce9c5365a2b2e0663de4ad31', operation='INSERT', pgid='pgtrigger_insert_insert_657e4', table='programmes_participation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='participation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."applied_at" IS DISTINCT FROM (NEW."applied_at") OR OLD."assessment" IS DISTINCT FROM (NEW."assessment") OR OLD."committed_by_id" IS DISTINCT FROM (NEW."committed_by_id") OR OLD."cost" IS DISTINCT FROM (NEW."cost") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."grant" IS DISTINCT FROM (NEW."grant") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."learners" IS DISTINCT FROM (NEW."learners") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."own_share" IS DISTINCT FROM (NEW."own_share") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."route" IS DISTINCT FROM (NEW."route") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "programmes_participationevent" ("applied_at", "assessment", "committed_by_id", "cost", "created_at", "grant", "id", "learners", "organisation_id", "own_share", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "public_id", "route", "state") VALUES (NEW."applied_at", NEW."assessment", NEW."committed_by_id", NEW."cost", NEW."created_at", NEW."grant", NEW."id", NEW."learners", NEW."organisation_id", NEW."own_share", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."programme_id", NEW."public_id", NEW."route", NEW."state"); RETURN NULL;', hash='e1191a4f0a5076af428da9392ce998c9c610e9de', operation='UPDATE', pgid='pgtrigger_update_update_82ace', table='programmes_participation', when='AFTER')),
        ),
    ]
