from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "programmes"

    def ready(self) -> None:
        from matching.models import RunBatch
        from matching.services.stages import register_stage
        from programmes.services.proposals import assemble_batch

        register_stage(RunBatch.Stage.ASSEMBLE, assemble_batch)
