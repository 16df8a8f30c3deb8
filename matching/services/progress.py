"""How far a run is: by what is left to read, match, pool and assemble, not by how many batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from matching.models import MatchRun, RunBatch

Stage = RunBatch.Stage
USUAL: Mapping[str, float] = {
    Stage.EMBED: 0.0005,
    Stage.WORDS: 1.0,
    Stage.MATCH: 0.003,
    Stage.POOL: 0.5,
    Stage.ASSEMBLE: 1.0,
}
"""Seconds for one text, count, gap or network, until the run itself has shown how long it takes."""

SIZES = """
SELECT stage, sum(size), coalesce(sum(size) FILTER (WHERE state <> 'pending'), 0), count(*),
       count(*) FILTER (WHERE state <> 'pending'), coalesce(sum(spent), 0)
FROM (
    SELECT b.stage, b.state, b.position,
        (SELECT sum(value::float8) FROM jsonb_each_text(b.result->'seconds')) AS spent,
        greatest(1, coalesce(
            jsonb_array_length(b.plan->'ids'), jsonb_array_length(b.plan->'gaps'),
            jsonb_array_length(b.plan->'networks'), 200 * jsonb_array_length(b.plan->'near_offers'), 1
        )) AS size
    FROM matching_runbatch b WHERE b.run_id = %s
) sized GROUP BY stage ORDER BY min(position)
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: batches done and in all, the share of the work, the stage at work and what of it is
    done, estimated seconds left."""

    done: int
    total: int
    share: float
    stage: str
    detail: str
    seconds_left: int | None


@dataclass(frozen=True, slots=True)
class _Stage:
    stage: str
    size: int
    done: int
    batches: int
    batches_done: int
    spent: float

    @property
    def pace(self) -> float:
        """Seconds a piece, as this run shows it."""
        return self.spent / self.done if self.done and self.spent else USUAL[self.stage]


def progress_of(run: MatchRun) -> Progress:
    stages = _stages(run.pk)
    whole = sum(s.size * s.pace for s in stages)
    behind = sum(s.done * s.pace for s in stages)
    share = behind / whole if whole else 1.0
    following = next((s for s in stages if s.done < s.size), None)
    left = None
    if run.started_at and behind and following:
        elapsed = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
        at_once = max(1.0, sum(s.spent for s in stages) / elapsed) if elapsed else 1.0
        left = round((whole - behind) / at_once)
    return Progress(
        done=sum(s.batches_done for s in stages),
        total=sum(s.batches for s in stages),
        share=share,
        stage=str(Stage(following.stage).label) if following else "",
        detail=_detail(following) if following else _("alles is gedaan"),
        seconds_left=left,
    )


def _stages(run_id: int) -> list[_Stage]:
    with connection.cursor() as cursor:
        cursor.execute(SIZES, [run_id])
        rows: list[Any] = cursor.fetchall()
    return [
        _Stage(name, int(size), int(done), n, n_done, float(spent))
        for name, size, done, n, n_done, spent in rows
    ]


def _detail(at_work: _Stage) -> str:
    figures = {"done": number_format(at_work.done), "total": number_format(at_work.size)}
    if at_work.stage == Stage.EMBED:
        return _("%(done)s van %(total)s teksten") % figures
    if at_work.stage == Stage.MATCH:
        return _("%(done)s van %(total)s kloven") % figures
    if at_work.stage in (Stage.POOL, Stage.ASSEMBLE):
        return _("%(done)s van %(total)s netwerken") % figures
    return _("de woorden van het aanbod")
