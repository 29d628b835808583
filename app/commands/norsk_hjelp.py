"""Norwegian words for click's help and click's complaints."""

from __future__ import annotations

import click


class Kommando(click.Command):
    """A command whose --help is in Norwegian."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_help(self, ctx, formatter)


class Gruppe(click.Group):
    """A group of commands whose --help is in Norwegian."""

    command_class = Kommando

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_help(self, ctx, formatter)
        names = self.list_commands(ctx)
        with formatter.section("Kommandoer"):
            formatter.write_dl(
                [(name, command.get_short_help_str(80)) for name in names if (command := self.get_command(ctx, name))]
            )


def complaint(error: click.ClickException) -> str:
    """Click's complaint as one Norwegian sentence."""
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "smertereg"
    see = f"Se «{where} --help»."
    if isinstance(error, click.NoSuchOption):
        return f"Ukjent valg: {error.option_name}. {see}"
    if isinstance(error, click.MissingParameter):
        name = error.param.opts[0] if isinstance(error.param, click.Option) else ""
        name = name or (error.param.human_readable_name if error.param else "Noe")
        return f"{name} mangler. {see}"
    if isinstance(error, click.BadParameter):
        name = error.param.opts[0] if error.param and error.param.opts else ""
        kind = error.param.type if error.param else None
        if isinstance(kind, click.DateTime):
            day = kind.formats == ["%Y-%m-%d"]
            see = "Skriv datoen som 2026-10-01." if day else "Skriv tidspunktet som 2026-10-01T14:30."
        return f"{name}: verdien er ikke gyldig. {see}"
    if isinstance(error, click.UsageError):
        return f"Kommandoen er ikke gyldig. {see}"
    return error.format_message()


def _help_option(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "Vis denne hjelpen."
    return option


def _write_help(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    pieces = [p if p != "[OPTIONS]" else "[VALG]" for p in command.collect_usage_pieces(ctx)]
    formatter.write_usage(
        ctx.command_path, " ".join(p.replace("COMMAND [ARGS]...", "KOMMANDO …") for p in pieces), "Bruk: "
    )
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(command.help or "")
    records = [r for param in command.get_params(ctx) if (r := param.get_help_record(ctx))]
    if records:
        with formatter.section("Valg"):
            # Click adds «[default: …]» and the like in English; our own texts say the same in Norwegian.
            formatter.write_dl([(name, text.split("  [")[0]) for name, text in records])
