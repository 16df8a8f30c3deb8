

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgvector.django.halfvec
import skillnet.kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Embedding',
            fields=[
                ('pk', models.CompositePrimaryKey('revision_id', 'owner_kind', 'owner_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('owner_kind', models.CharField(choices=[('gap', 'gap'), ('offer', 'offer'), ('skill', 'skill')], max_length=5)),
                ('owner_id', models.BigIntegerField()),
                ('text_hash', models.CharField(max_length=64)),
                ('vector', pgvector.django.halfvec.HalfVectorField()),
            ],
            options={
                'db_table': 'matching_embedding',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='KeptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('rank', models.PositiveSmallIntegerField()),
                ('score', models.FloatField()),
                ('certainty', models.FloatField()),
                ('components', models.JSONField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'ordering': ['gap', 'rank'],
            },
        ),
        migrations.CreateModel(
            name='MatchRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV7(), editable=False, unique=True)),
                ('scope', models.CharField(choices=[('all', 'alles'), ('network', 'één netwerk'), ('gaps', 'enkele kloven'), ('offers', 'enkele offers')], max_length=8)),
                ('owner_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('reason', models.CharField(blank=True, max_length=100)),
                ('state', models.CharField(choices=[('pending', 'wacht'), ('running', 'bezig'), ('done', 'klaar'), ('failed', 'mislukt'), ('cancelled', 'geannuleerd')], default='pending', max_length=10)),
                ('stage', models.CharField(blank=True, max_length=20)),
                ('gaps', models.PositiveIntegerField(default=0)),
                ('offers', models.PositiveIntegerField(default=0)),
                ('seconds', models.JSONField(default=dict)),
                ('summary', models.JSONField(default=dict)),
                ('failure', models.CharField(blank=True, max_length=500)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ModelRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('revision', models.CharField(max_length=200, unique=True)),
                ('dimensions', models.PositiveSmallIntegerField()),
                ('is_active', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Occupation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uri', models.CharField(max_length=200, unique=True)),
                ('isco', models.CharField(blank=True, max_length=8)),
                ('labels', models.JSONField(default=dict)),
                ('essential', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('optional', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('shortage_regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, default=list, size=None)),
            ],
            options={
                'ordering': ['uri'],
            },
        ),
        migrations.CreateModel(
            name='Pool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV4(), editable=False, unique=True)),
                ('title', models.CharField(help_text='De kloof die het meest op alle andere lijkt.', max_length=300)),
                ('public_title', models.CharField(blank=True, help_text='Zonder woorden van één bedrijf.', max_length=300)),
                ('is_titled_by_hand', models.BooleanField(default=False)),
                ('language', models.CharField(default='nl', max_length=2)),
                ('state', models.CharField(choices=[('open', 'open'), ('frozen', 'in een programma'), ('dissolved', 'opgelost')], default='open', max_length=10)),
                ('companies', models.PositiveIntegerField(default=0)),
                ('undertakings', models.PositiveIntegerField(default=0)),
                ('learners', models.PositiveIntegerField(null=True)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, default=list, size=None)),
                ('is_unmet', models.BooleanField(default=False)),
                ('unmet_reason', models.JSONField(blank=True, null=True)),
                ('priority', models.FloatField(null=True)),
                ('priority_parts', models.JSONField(default=dict)),
                ('members_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('cohesion', models.FloatField(help_text='Gemiddelde cosinus tussen de kloven.', null=True)),
                ('history', models.JSONField(default=list, help_text='Splitsingen en samenvoegingen.')),
            ],
            options={
                'verbose_name': 'gebundelde vraag',
                'ordering': ['-priority', '-companies', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PoolGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('engine', 'door de matcher'), ('person', 'door een persoon')], default='engine', max_length=6)),
                ('is_locked', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['pool', 'gap'],
            },
        ),
        migrations.CreateModel(
            name='ProviderInterest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('note', models.CharField(blank=True, max_length=1000, verbose_name='boodschap')),
                ('state', models.CharField(choices=[('open', 'gemeld'), ('withdrawn', 'ingetrokken')], default='open', max_length=10)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RunBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('embed', 'teksten lezen'), ('match', 'matchen'), ('pool', 'bundelen'), ('assemble', "programma's voorstellen")], max_length=10)),
                ('position', models.PositiveIntegerField()),
                ('plan', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('pending', 'wacht'), ('done', 'klaar'), ('failed', 'mislukt')], default='pending', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('failure', models.CharField(blank=True, max_length=500)),
                ('result', models.JSONField(default=dict, help_text='Wat het werk opleverde, en de seconden per stap.')),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['run', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uri', models.CharField(max_length=200, unique=True)),
                ('labels', models.JSONField(default=dict)),
                ('alt_labels', models.JSONField(default=dict)),
                ('descriptions', models.JSONField(default=dict)),
                ('skill_type', models.CharField(blank=True, max_length=40)),
                ('is_digital', models.BooleanField(default=False)),
                ('is_green', models.BooleanField(default=False)),
                ('is_transversal', models.BooleanField(default=False)),
                ('broader', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
            ],
            options={
                'ordering': ['uri'],
            },
        ),
        migrations.CreateModel(
            name='TalentStrategy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='titel')),
                ('weights', models.JSONField()),
                ('priorities', models.JSONField(default=dict, help_text='Knelpuntberoepen, STEM, groen, digitaal, prognoses.')),
                ('valid_from', models.DateField()),
                ('is_active', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('answer', models.CharField(choices=[('fits', 'past'), ('does_not_fit', 'past niet')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('score', models.FloatField(null=True)),
                ('components', models.JSONField(default=dict)),
                ('profile_version', models.PositiveIntegerField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='WeightsProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(unique=True)),
                ('weights', models.JSONField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('is_active', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='WordCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2)),
                ('word', models.CharField(max_length=255)),
                ('documents', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['language', 'word'],
            },
        ),
        migrations.CreateModel(
            name='DemandCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('public_id', models.UUIDField(db_default=skillnet.kernel.fields.UuidV4(), editable=False, unique=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('answered', 'beantwoord'), ('expired', 'verlopen'), ('withdrawn', 'ingetrokken')], default='open', max_length=10)),
                ('lacks', models.JSONField(default=list)),
                ('expires_on', models.DateField()),
                ('nearest_offer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.offer')),
            ],
            options={
                'ordering': ['expires_on', 'id'],
            },
        ),
    ]
