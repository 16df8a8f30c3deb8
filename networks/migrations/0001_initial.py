

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import networks.models.organisations
import pgtrigger.compiler
import pgtrigger.migrations
import skillnet.kernel.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='titel')),
                ('description', models.TextField(blank=True, verbose_name='omschrijving')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='budget')),
                ('opens_on', models.DateField(blank=True, null=True, verbose_name='opent op')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='sluit op')),
                ('state', models.CharField(choices=[('draft', 'ontwerp'), ('open', 'open'), ('closed', 'gesloten'), ('under_review', 'in beoordeling'), ('decided', 'beslist'), ('archived', 'gearchiveerd')], default='draft', max_length=12, verbose_name='toestand')),
            ],
            options={
                'verbose_name': 'oproep',
                'ordering': ['-opens_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Network',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='naam')),
                ('normalised_name', models.CharField(editable=False, max_length=200, unique=True)),
                ('sector', models.CharField(blank=True, max_length=120, verbose_name='sector')),
                ('region', models.CharField(blank=True, max_length=5, verbose_name='regio (NUTS)')),
                ('purpose', models.TextField(blank=True, verbose_name='doel')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='jaarbudget')),
                ('state', models.CharField(choices=[('draft', 'ontwerp'), ('submitted', 'ingediend'), ('active', 'actief'), ('suspended', 'geschorst'), ('closed', 'gesloten'), ('rejected', 'geweigerd')], default='draft', max_length=12, verbose_name='toestand')),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='networks', to='networks.call')),
            ],
            options={
                'verbose_name': 'netwerk',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='NeedsAnalysis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('version', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('collecting', 'verzamelen'), ('consolidated', 'samengevoegd'), ('validated', 'gevalideerd'), ('frozen', 'bevroren')], default='collecting', max_length=12)),
                ('remarks', models.TextField(blank=True)),
                ('snapshot', models.JSONField(default=list, help_text='De kloven zoals ze bij het bevriezen waren.')),
                ('validated_at', models.DateTimeField(blank=True, null=True)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs_analyses', to='networks.network')),
            ],
            options={
                'ordering': ['network', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('role', models.CharField(choices=[('company_contact', 'Bedrijfscontact'), ('network_manager', 'Netwerkmanager'), ('steering_member', 'Lid van de stuurgroep'), ('provider', 'Opleidingsverstrekker'), ('coordinator', 'Sectorcoördinator'), ('analyst', 'Analist'), ('administrator', 'Beheerder')], max_length=20, verbose_name='rol')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='networks.network')),
            ],
            options={
                'ordering': ['organisation__name', 'role'],
            },
        ),
        migrations.CreateModel(
            name='Gap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('external_id', models.CharField(max_length=100, verbose_name='eigen kenmerk')),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('description', models.TextField(blank=True, verbose_name='omschrijving')),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English'), ('de', 'Deutsch')], default='nl', max_length=2, verbose_name='taal van de tekst')),
                ('learners', models.PositiveIntegerField(blank=True, null=True, verbose_name='deelnemers')),
                ('urgency', models.CharField(blank=True, choices=[('low', 'laag'), ('medium', 'gemiddeld'), ('high', 'hoog'), ('critical', 'kritiek')], max_length=8, verbose_name='dringendheid')),
                ('horizon', models.CharField(blank=True, choices=[('now', 'nu'), ('1y', 'binnen het jaar'), ('3y', 'binnen drie jaar')], max_length=3, verbose_name='termijn')),
                ('depth', models.CharField(blank=True, choices=[('short', 'beknopt'), ('deep', 'diepgaand')], max_length=5, verbose_name='diepgang')),
                ('direction', models.CharField(blank=True, choices=[('upskilling', 'bijscholing voor de huidige functie'), ('reskilling', 'omscholing naar een andere functie')], max_length=10, verbose_name='richting')),
                ('mandatory', models.BooleanField(blank=True, null=True, verbose_name='wettelijk verplichte opleiding')),
                ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, default=list, size=None, verbose_name="regio's")),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None, verbose_name='vaardigheden')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='budget')),
                ('eqf_level', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='EQF-niveau')),
                ('learner_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None, verbose_name='talen van de deelnemers')),
                ('modes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='lesvormen')),
                ('state', models.CharField(choices=[('to_confirm', 'te bevestigen door het bedrijf'), ('open', 'open'), ('closed', 'gesloten'), ('archived', 'gearchiveerd')], default='open', max_length=10, verbose_name='toestand')),
                ('search', models.GeneratedField(db_persist=True, expression=skillnet.kernel.fields.TextSearch('language', 'title', 'description'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gaps', to='networks.network')),
            ],
            options={
                'verbose_name': 'competentiekloof',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('enterprise_number', models.CharField(blank=True, help_text='Tien cijfers, bv. 0123.456.749. U vindt het op elke factuur.', max_length=10, null=True, unique=True, validators=[networks.models.organisations.validate_enterprise_number], verbose_name='ondernemingsnummer')),
                ('name', models.CharField(max_length=200, verbose_name='naam')),
                ('normalised_name', models.CharField(db_index=True, editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('company', 'Bedrijf'), ('provider', 'Opleidingsverstrekker'), ('federation', 'Federatie of kamer'), ('fund', 'Sectorfonds'), ('school', 'Onderwijsinstelling'), ('administration', 'Overheid')], default='company', max_length=16, verbose_name='soort')),
                ('is_verified', models.BooleanField(default=False, verbose_name='geverifieerd')),
                ('language', models.CharField(default='nl', max_length=2, verbose_name='taal')),
                ('nace_code', models.CharField(blank=True, max_length=7, verbose_name='NACE-code')),
                ('nace_version', models.CharField(blank=True, default='2025', max_length=4, verbose_name='NACE-versie')),
                ('joint_committee', models.CharField(blank=True, max_length=10, verbose_name='paritair comité')),
                ('region', models.CharField(blank=True, max_length=5, verbose_name='regio (NUTS)')),
                ('municipality', models.CharField(blank=True, max_length=100, verbose_name='gemeente')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='networks.organisation')),
                ('undertaking', models.ForeignKey(blank=True, editable=False, help_text='De organisatie die voor de ene onderneming staat; leeg: zij zelf.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undertaking_members', to='networks.organisation')),
            ],
            options={
                'verbose_name': 'organisatie',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='NetworkMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('state', models.CharField(choices=[('invited', 'uitgenodigd'), ('requested', 'aangevraagd'), ('active', 'lid'), ('left', 'vertrokken'), ('refused', 'geweigerd')], default='invited', max_length=10, verbose_name='toestand')),
                ('joined_on', models.DateField(blank=True, null=True)),
                ('left_on', models.DateField(blank=True, null=True)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='networks.network')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='network_members', to='networks.organisation')),
            ],
            options={
                'ordering': ['organisation__name'],
            },
        ),
        migrations.CreateModel(
            name='NetworkEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=200, verbose_name='naam')),
                ('normalised_name', models.CharField(editable=False, max_length=200)),
                ('sector', models.CharField(blank=True, max_length=120, verbose_name='sector')),
                ('region', models.CharField(blank=True, max_length=5, verbose_name='regio (NUTS)')),
                ('purpose', models.TextField(blank=True, verbose_name='doel')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='jaarbudget')),
                ('state', models.CharField(choices=[('draft', 'ontwerp'), ('submitted', 'ingediend'), ('active', 'actief'), ('suspended', 'geschorst'), ('closed', 'gesloten'), ('rejected', 'geweigerd')], default='draft', max_length=12, verbose_name='toestand')),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('call', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.call')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='networks.network')),
                ('contracting_organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.organisation')),
                ('promoter', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='network',
            name='contracting_organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contracted_networks', to='networks.organisation'),
        ),
        migrations.AddField(
            model_name='network',
            name='promoter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promoted_networks', to='networks.organisation'),
        ),
        migrations.CreateModel(
            name='NeedsVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agrees', models.BooleanField(verbose_name='akkoord')),
                ('remark', models.TextField(blank=True, verbose_name='opmerking')),
                ('analysis', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='networks.needsanalysis')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='networks.organisation')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('role', models.CharField(choices=[('company_contact', 'Bedrijfscontact'), ('network_manager', 'Netwerkmanager'), ('steering_member', 'Lid van de stuurgroep'), ('provider', 'Opleidingsverstrekker'), ('coordinator', 'Sectorcoördinator'), ('analyst', 'Analist'), ('administrator', 'Beheerder')], max_length=20, verbose_name='rol')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='networks.membership')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.network')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='membership',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='networks.organisation'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mailadres')),
                ('role', models.CharField(choices=[('company_contact', 'Bedrijfscontact'), ('network_manager', 'Netwerkmanager'), ('steering_member', 'Lid van de stuurgroep'), ('provider', 'Opleidingsverstrekker'), ('coordinator', 'Sectorcoördinator'), ('analyst', 'Analist'), ('administrator', 'Beheerder')], max_length=20, verbose_name='rol')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='networks.network')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='networks.organisation')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='GapEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False)),
                ('external_id', models.CharField(max_length=100, verbose_name='eigen kenmerk')),
                ('title', models.CharField(max_length=300, verbose_name='titel')),
                ('description', models.TextField(blank=True, verbose_name='omschrijving')),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English'), ('de', 'Deutsch')], default='nl', max_length=2, verbose_name='taal van de tekst')),
                ('learners', models.PositiveIntegerField(blank=True, null=True, verbose_name='deelnemers')),
                ('urgency', models.CharField(blank=True, choices=[('low', 'laag'), ('medium', 'gemiddeld'), ('high', 'hoog'), ('critical', 'kritiek')], max_length=8, verbose_name='dringendheid')),
                ('horizon', models.CharField(blank=True, choices=[('now', 'nu'), ('1y', 'binnen het jaar'), ('3y', 'binnen drie jaar')], max_length=3, verbose_name='termijn')),
                ('depth', models.CharField(blank=True, choices=[('short', 'beknopt'), ('deep', 'diepgaand')], max_length=5, verbose_name='diepgang')),
                ('direction', models.CharField(blank=True, choices=[('upskilling', 'bijscholing voor de huidige functie'), ('reskilling', 'omscholing naar een andere functie')], max_length=10, verbose_name='richting')),
                ('mandatory', models.BooleanField(blank=True, null=True, verbose_name='wettelijk verplichte opleiding')),
                ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, default=list, size=None, verbose_name="regio's")),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None, verbose_name='vaardigheden')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='budget')),
                ('eqf_level', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='EQF-niveau')),
                ('learner_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None, verbose_name='talen van de deelnemers')),
                ('modes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='lesvormen')),
                ('state', models.CharField(choices=[('to_confirm', 'te bevestigen door het bedrijf'), ('open', 'open'), ('closed', 'gesloten'), ('archived', 'gearchiveerd')], default='open', max_length=10, verbose_name='toestand')),
                ('entered_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='networks.gap')),
                ('network', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.network')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='gap',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gaps', to='networks.organisation'),
        ),
        migrations.AddField(
            model_name='call',
            name='coordinator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='networks.organisation', verbose_name='coördinerende overheid'),
        ),
        migrations.CreateModel(
            name='AnnualAccounts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='boekjaar')),
                ('headcount', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='personeel (VTE)')),
                ('turnover', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='omzet')),
                ('balance_sheet', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='balanstotaal')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accounts', to='networks.organisation')),
            ],
            options={
                'ordering': ['organisation', '-year'],
            },
        ),
        migrations.CreateModel(
            name='OrganisationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False)),
                ('enterprise_number', models.CharField(blank=True, help_text='Tien cijfers, bv. 0123.456.749. U vindt het op elke factuur.', max_length=10, null=True, validators=[networks.models.organisations.validate_enterprise_number], verbose_name='ondernemingsnummer')),
                ('name', models.CharField(max_length=200, verbose_name='naam')),
                ('normalised_name', models.CharField(editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('company', 'Bedrijf'), ('provider', 'Opleidingsverstrekker'), ('federation', 'Federatie of kamer'), ('fund', 'Sectorfonds'), ('school', 'Onderwijsinstelling'), ('administration', 'Overheid')], default='company', max_length=16, verbose_name='soort')),
                ('is_verified', models.BooleanField(default=False, verbose_name='geverifieerd')),
                ('language', models.CharField(default='nl', max_length=2, verbose_name='taal')),
                ('nace_code', models.CharField(blank=True, max_length=7, verbose_name='NACE-code')),
                ('nace_version', models.CharField(blank=True, default='2025', max_length=4, verbose_name='NACE-versie')),
                ('joint_committee', models.CharField(blank=True, max_length=10, verbose_name='paritair comité')),
                ('region', models.CharField(blank=True, max_length=5, verbose_name='regio (NUTS)')),
                ('municipality', models.CharField(blank=True, max_length=100, verbose_name='gemeente')),
                ('merged_into', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.organisation')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='networks.organisation')),
                ('undertaking', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='De organisatie die voor de ene onderneming staat; leeg: zij zelf.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='networks.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OwnershipLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('percent', models.DecimalField(decimal_places=2, help_text='Het grootste van kapitaal en stemmen.', max_digits=5, verbose_name='percentage')),
                ('owner_kind', models.CharField(choices=[('company', 'Bedrijf'), ('investor', 'Investeerder'), ('university', 'Universiteit'), ('public', 'Overheid'), ('person', 'Natuurlijke persoon')], default='company', max_length=10, verbose_name='soort eigenaar')),
                ('majority_votes', models.BooleanField(default=False, verbose_name='meerderheid van de stemmen')),
                ('board', models.BooleanField(default=False, verbose_name='benoemt de meerderheid van het bestuur')),
                ('contract', models.BooleanField(default=False, verbose_name='overheersende invloed door een overeenkomst')),
                ('since', models.DateField(blank=True, null=True, verbose_name='sinds')),
                ('until', models.DateField(blank=True, null=True, verbose_name='tot')),
                ('owned', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_by', to='networks.organisation')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owns', to='networks.organisation')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='needsanalysis',
            constraint=models.UniqueConstraint(fields=('network', 'version'), name='needs_analysis_version_once'),
        ),
        migrations.AddConstraint(
            model_name='needsanalysis',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'frozen'), _negated=True), ('frozen_at__isnull', False), _connector='OR'), name='needs_analysis_frozen_has_its_instant'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('enterprise_number', None), ('enterprise_number__regex', '^[0-9]{10}$'), _connector='OR'), name='organisation_number_has_ten_digits'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='organisation_has_a_name'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "networks_organisationevent" ("created_at", "enterprise_number", "id", "is_verified", "joint_committee", "kind", "language", "merged_into_id", "municipality", "nace_code", "nace_version", "name", "normalised_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "region", "undertaking_id") VALUES (NEW."created_at", NEW."enterprise_number", NEW."id", NEW."is_verified", NEW."joint_committee", NEW."kind", NEW."language", NEW."merged_into_id", NEW."municipality", NEW."nace_code", NEW."nace_version", NEW."name", NEW."normalised_name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."region", NEW."undertaking_id"); RETURN NULL;', hash='97ff869ea99b6174b2f0cf81855da91ff35a3608', operation='INSERT', pgid='pgtrigger_insert_insert_816f9', table='networks_organisation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."enterprise_number" IS DISTINCT FROM (NEW."enterprise_number") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_verified" IS DISTINCT FROM (NEW."is_verified") OR OLD."joint_committee" IS DISTINCT FROM (NEW."joint_committee") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."municipality" IS DISTINCT FROM (NEW."municipality") OR OLD."nace_code" IS DISTINCT FROM (NEW."nace_code") OR OLD."nace_version" IS DISTINCT FROM (NEW."nace_version") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."normalised_name" IS DISTINCT FROM (NEW."normalised_name") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."undertaking_id" IS DISTINCT FROM (NEW."undertaking_id"))', func='INSERT INTO "networks_organisationevent" ("created_at", "enterprise_number", "id", "is_verified", "joint_committee", "kind", "language", "merged_into_id", "municipality", "nace_code", "nace_version", "name", "normalised_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "region", "undertaking_id") VALUES (NEW."created_at", NEW."enterprise_number", NEW."id", NEW."is_verified", NEW."joint_committee", NEW."kind", NEW."language", NEW."merged_into_id", NEW."municipality", NEW."nace_code", NEW."nace_version", NEW."name", NEW."normalised_name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."region", NEW."undertaking_id"); RETURN NULL;', hash='358a74ce5690a9e14f017f4ddc513be77f686642', operation='UPDATE', pgid='pgtrigger_update_update_3153c', table='networks_organisation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='networkmember',
            constraint=models.UniqueConstraint(fields=('network', 'organisation'), name='member_once_in_a_network'),
        ),
        migrations.AddConstraint(
            model_name='network',
            constraint=models.CheckConstraint(condition=models.Q(('budget', None), ('budget__gte', 0), _connector='OR'), name='network_budget_not_negative'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='network',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "networks_networkevent" ("budget", "call_id", "contracting_organisation_id", "created_at", "decided_at", "id", "name", "normalised_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promoter_id", "public_id", "purpose", "region", "sector", "state", "submitted_at") VALUES (NEW."budget", NEW."call_id", NEW."contracting_organisation_id", NEW."created_at", NEW."decided_at", NEW."id", NEW."name", NEW."normalised_name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."promoter_id", NEW."public_id", NEW."purpose", NEW."region", NEW."sector", NEW."state", NEW."submitted_at"); RETURN NULL;', hash='1d28e7e4a0be29623a0865837b3849166ae88f30', operation='INSERT', pgid='pgtrigger_insert_insert_18ce1', table='networks_network', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='network',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."budget" IS DISTINCT FROM (NEW."budget") OR OLD."call_id" IS DISTINCT FROM (NEW."call_id") OR OLD."contracting_organisation_id" IS DISTINCT FROM (NEW."contracting_organisation_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."normalised_name" IS DISTINCT FROM (NEW."normalised_name") OR OLD."promoter_id" IS DISTINCT FROM (NEW."promoter_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."sector" IS DISTINCT FROM (NEW."sector") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at"))', func='INSERT INTO "networks_networkevent" ("budget", "call_id", "contracting_organisation_id", "created_at", "decided_at", "id", "name", "normalised_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promoter_id", "public_id", "purpose", "region", "sector", "state", "submitted_at") VALUES (NEW."budget", NEW."call_id", NEW."contracting_organisation_id", NEW."created_at", NEW."decided_at", NEW."id", NEW."name", NEW."normalised_name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."promoter_id", NEW."public_id", NEW."purpose", NEW."region", NEW."sector", NEW."state", NEW."submitted_at"); RETURN NULL;', hash='e0ade793b9e4cc583819900b67455140a4657cc5', operation='UPDATE', pgid='pgtrigger_update_update_d086d', table='networks_network', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='needsvote',
            constraint=models.UniqueConstraint(fields=('analysis', 'organisation'), name='one_vote_for_each_organisation'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'organisation', 'role', 'network'), name='membership_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('network__isnull', False), ('role__in', ['network_manager', 'steering_member'])), models.Q(models.Q(('role__in', ['network_manager', 'steering_member']), _negated=True), ('network', None)), _connector='OR'), name='membership_network_only_for_network_roles'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "networks_membershipevent" ("created_at", "ended_at", "id", "network_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."created_at", NEW."ended_at", NEW."id", NEW."network_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;', hash='532bd5fb137014a1d1015ea0ecc22a377f11b253', operation='INSERT', pgid='pgtrigger_insert_insert_3ce41', table='networks_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."network_id" IS DISTINCT FROM (NEW."network_id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "networks_membershipevent" ("created_at", "ended_at", "id", "network_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."created_at", NEW."ended_at", NEW."id", NEW."network_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;', hash='13e03e7ea8c47a4739fb8f8847b6dbdbd8201c9b', operation='UPDATE', pgid='pgtrigger_update_update_b347c', table='networks_membership', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), fields=('email', 'organisation', 'role', 'network'), name='invitation_open_once', nulls_distinct=False, violation_error_message='Deze persoon heeft al een open uitnodiging voor deze rol.'),
        ),
        migrations.AddIndex(
            model_name='gap',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='gap_search'),
        ),
        migrations.AddIndex(
            model_name='gap',
            index=models.Index(fields=['network', 'state'], name='gap_by_network'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.UniqueConstraint(fields=('organisation', 'external_id'), name='gap_known_once_by_its_company'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='gap_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.CheckConstraint(condition=models.Q(('learners', None), ('learners__gte', 1), _connector='OR'), name='gap_learners_positive'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.CheckConstraint(condition=models.Q(('budget', None), ('budget__gte', 0), _connector='OR'), name='gap_budget_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.CheckConstraint(condition=models.Q(('eqf_level', None), ('eqf_level__range', (1, 8)), _connector='OR'), name='gap_eqf_between_1_and_8'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gap',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "networks_gapevent" ("budget", "created_at", "depth", "description", "direction", "entered_by_id", "eqf_level", "external_id", "horizon", "id", "language", "learner_languages", "learners", "mandatory", "modes", "network_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "regions", "skills", "state", "title", "urgency") VALUES (NEW."budget", NEW."created_at", NEW."depth", NEW."description", NEW."direction", NEW."entered_by_id", NEW."eqf_level", NEW."external_id", NEW."horizon", NEW."id", NEW."language", NEW."learner_languages", NEW."learners", NEW."mandatory", NEW."modes", NEW."network_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."regions", NEW."skills", NEW."state", NEW."title", NEW."urgency"); RETURN NULL;', hash='32448cef036d39de4f2b230c021f0f33b2e37610', operation='INSERT', pgid='pgtrigger_insert_insert_45b57', table='networks_gap', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gap',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."budget" IS DISTINCT FROM (NEW."budget") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."depth" IS DISTINCT FROM (NEW."depth") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."eqf_level" IS DISTINCT FROM (NEW."eqf_level") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."horizon" IS DISTINCT FROM (NEW."horizon") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."learner_languages" IS DISTINCT FROM (NEW."learner_languages") OR OLD."learners" IS DISTINCT FROM (NEW."learners") OR OLD."mandatory" IS DISTINCT FROM (NEW."mandatory") OR OLD."modes" IS DISTINCT FROM (NEW."modes") OR OLD."network_id" IS DISTINCT FROM (NEW."network_id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."regions" IS DISTINCT FROM (NEW."regions") OR OLD."skills" IS DISTINCT FROM (NEW."skills") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."urgency" IS DISTINCT FROM (NEW."urgency"))', func='INSERT INTO "networks_gapevent" ("budget", "created_at", "depth", "description", "direction", "entered_by_id", "eqf_level", "external_id", "horizon", "id", "language", "learner_languages", "learners", "mandatory", "modes", "network_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "regions", "skills", "state", "title", "urgency") VALUES (NEW."budget", NEW."created_at", NEW."depth", NEW."description", NEW."direction", NEW."entered_by_id", NEW."eqf_level", NEW."external_id", NEW."horizon", NEW."id", NEW."language", NEW."learner_languages", NEW."learners", NEW."mandatory", NEW."modes", NEW."network_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."regions", NEW."skills", NEW."state", NEW."title", NEW."urgency"); RETURN NULL;', hash='592b8d5b79b2f611def9b5e2f43cc40aeb6855e2', operation='UPDATE', pgid='pgtrigger_update_update_f2412', table='networks_gap', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('budget', None), ('budget__gte', 0), _connector='OR'), name='call_budget_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('opens_on', None), ('closes_on', None), ('closes_on__gte', models.F('opens_on')), _connector='OR'), name='call_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='annualaccounts',
            constraint=models.UniqueConstraint(fields=('organisation', 'year'), name='accounts_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='annualaccounts',
            constraint=models.CheckConstraint(condition=models.Q(('headcount', None), ('headcount__gte', 0), _connector='OR'), name='accounts_headcount_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='annualaccounts',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('turnover', None), ('turnover__gte', 0), _connector='OR'), models.Q(('balance_sheet', None), ('balance_sheet__gte', 0), _connector='OR')), name='accounts_money_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='ownershiplink',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='link_percent_between_0_and_100'),
        ),
        migrations.AddConstraint(
            model_name='ownershiplink',
            constraint=models.CheckConstraint(condition=models.Q(('owner', models.F('owned')), _negated=True), name='link_not_to_itself'),
        ),
        migrations.AddConstraint(
            model_name='ownershiplink',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('since', None), ('until__gte', models.F('since')), _connector='OR'), name='link_ends_after_it_starts'),
        ),
    ]
