from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "programmes"

    def ready(self) -> None:
        from catalogue.calendars import register_bought
        from matching.models import RunBatch
        from matching.services.stages import register_stage
        from networks.services.decided_aid import register_decided_aid
        from programmes.services.bought import editions_bought_by, editions_bought_for
        from programmes.services.edition_changes import announced
        from programmes.services.last_aid import last_aid_of
        from programmes.services.proposals import assemble_batch
        from skillnet.kernel.changes import register_change_handler

        register_stage(RunBatch.Stage.ASSEMBLE, assemble_batch)
        register_change_handler("edition", announced)
        register_bought(editions_bought_by, editions_bought_for)
        register_decided_aid(last_aid_of)
