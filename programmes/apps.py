from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "programmes"

    def ready(self) -> None:
        from matching.models import RunBatch
        from matching.services.stages import register_stage
        from programmes.services.edition_changes import announced
        from programmes.services.proposals import assemble_batch
        from skillnet.kernel.changes import register_change_handler

        register_stage(RunBatch.Stage.ASSEMBLE, assemble_batch)
        register_change_handler("edition", announced)
