

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('matching', '0001_initial'),
        ('networks', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='keptout',
            name='gap',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_out', to='networks.gap'),
        ),
        migrations.AddField(
            model_name='keptout',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='match',
            name='gap',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='networks.gap'),
        ),
        migrations.AddField(
            model_name='match',
            name='offer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='catalogue.offer'),
        ),
        migrations.AddField(
            model_name='matchrun',
            name='network',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='networks.network'),
        ),
        migrations.AddField(
            model_name='matchrun',
            name='requested_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='match',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='matching.matchrun'),
        ),
        migrations.AddConstraint(
            model_name='modelrevision',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('is_active',), name='one_active_revision'),
        ),
        migrations.AddField(
            model_name='matchrun',
            name='revision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.modelrevision'),
        ),
        migrations.AddField(
            model_name='pool',
            name='network',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pools', to='networks.network'),
        ),
        migrations.AddField(
            model_name='pool',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pools', to='matching.matchrun'),
        ),
        migrations.AddField(
            model_name='keptout',
            name='pool',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='kept_out', to='matching.pool'),
        ),
        migrations.AddField(
            model_name='demandcard',
            name='pool',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='demand_card', to='matching.pool'),
        ),
        migrations.AddField(
            model_name='poolgap',
            name='gap',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='pool_gap', to='networks.gap'),
        ),
        migrations.AddField(
            model_name='poolgap',
            name='pool',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pool_gaps', to='matching.pool'),
        ),
        migrations.AddField(
            model_name='providerinterest',
            name='pool',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interests', to='matching.pool'),
        ),
        migrations.AddField(
            model_name='providerinterest',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interests', to='catalogue.provider'),
        ),
        migrations.AddField(
            model_name='providerinterest',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='runbatch',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='matching.matchrun'),
        ),
        migrations.AddField(
            model_name='talentstrategy',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='verdict',
            name='gap',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='networks.gap'),
        ),
        migrations.AddField(
            model_name='verdict',
            name='offer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='catalogue.offer'),
        ),
        migrations.AddField(
            model_name='verdict',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='weightsprofile',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='wordcount',
            constraint=models.UniqueConstraint(fields=('language', 'word'), name='word_counted_once'),
        ),
        migrations.AddIndex(
            model_name='match',
            index=models.Index(fields=['gap', 'rank'], name='match_by_rank'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.UniqueConstraint(fields=('gap', 'offer'), name='match_once_for_a_gap_and_an_offer'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(('score__gte', 0), ('score__lte', 1)), name='match_score_between_0_and_1'),
        ),
        migrations.AddConstraint(
            model_name='keptout',
            constraint=models.UniqueConstraint(fields=('gap', 'pool'), name='kept_out_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='providerinterest',
            constraint=models.UniqueConstraint(fields=('pool', 'provider'), name='interest_once_for_each_provider'),
        ),
        migrations.AddIndex(
            model_name='runbatch',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['run', 'position'], name='batch_pending'),
        ),
        migrations.AddConstraint(
            model_name='runbatch',
            constraint=models.UniqueConstraint(fields=('run', 'position'), name='batch_once_in_its_run'),
        ),
        migrations.AddConstraint(
            model_name='talentstrategy',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('is_active',), name='one_active_strategy'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.UniqueConstraint(fields=('gap', 'offer', 'user'), name='one_verdict_for_each_person'),
        ),
        migrations.AddConstraint(
            model_name='weightsprofile',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('is_active',), name='one_active_profile'),
        ),
    ]
