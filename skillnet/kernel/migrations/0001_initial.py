

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import skillnet.kernel.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('subject_id', models.BigIntegerField()),
                ('action', models.CharField(max_length=40)),
                ('from_state', models.CharField(blank=True, max_length=40)),
                ('to_state', models.CharField(max_length=40)),
                ('actor_label', models.CharField(max_length=200)),
                ('reason', models.TextField(blank=True)),
                ('evidence', models.JSONField(default=dict, help_text='Waarop de beslissing steunt, zoals het toen was.')),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'ordering': ['decided_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('kind', models.CharField(choices=[('gaps', 'Competentiekloven'), ('offers', 'Aanbod')], max_length=10)),
                ('file', models.FileField(upload_to='imports/%Y/%m/')),
                ('filename', models.CharField(max_length=200)),
                ('mapping', models.JSONField(default=dict, help_text='Kolom in het bestand → kolom van het formaat.')),
                ('state', models.CharField(choices=[('uploaded', 'opgeladen'), ('running', 'bezig'), ('done', 'klaar'), ('failed', 'mislukt'), ('cancelled', 'geannuleerd')], default='uploaded', max_length=10)),
                ('rows_total', models.PositiveIntegerField(null=True)),
                ('rows_read', models.PositiveIntegerField(default=0)),
                ('created', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('problems', models.JSONField(default=list, help_text='Regel, kolom en reden van elke geweigerde rij.')),
                ('failure', models.CharField(blank=True, max_length=500)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mail', 'E-mail'), ('notice', 'Melding in de site')], max_length=20)),
                ('key', models.CharField(help_text='Idempotentiesleutel: eenmaal per gebeurtenis.', max_length=200, unique=True)),
                ('address', models.EmailField(blank=True, max_length=254)),
                ('template', models.CharField(max_length=100)),
                ('context', models.JSONField(default=dict)),
                ('language', models.CharField(default='nl', max_length=5)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('sent_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('value', models.DecimalField(decimal_places=6, max_digits=18)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('legal_basis', models.CharField(max_length=300)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('is_certain', models.BooleanField(default=True)),
                ('state', models.CharField(choices=[('proposed', 'voorgesteld'), ('confirmed', 'bevestigd'), ('withdrawn', 'ingetrokken')], default='proposed', max_length=12)),
            ],
            options={
                'ordering': ['key__name', 'period'],
            },
        ),
        migrations.CreateModel(
            name='RateEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('value', models.DecimalField(decimal_places=6, max_digits=18)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('legal_basis', models.CharField(max_length=300)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('is_certain', models.BooleanField(default=True)),
                ('state', models.CharField(choices=[('proposed', 'voorgesteld'), ('confirmed', 'bevestigd'), ('withdrawn', 'ingetrokken')], default='proposed', max_length=12)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RateKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('unit', models.CharField(max_length=20)),
                ('description', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('role', models.CharField(choices=[('company_contact', 'Bedrijfscontact'), ('network_manager', 'Netwerkmanager'), ('steering_member', 'Lid van de stuurgroep'), ('provider', 'Opleidingsverstrekker'), ('coordinator', 'Sectorcoördinator'), ('analyst', 'Analist'), ('administrator', 'Beheerder')], max_length=20)),
                ('name', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('prefix', models.CharField(max_length=12)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
    ]
