"""What the owner sees of the timetable: each job's last and next run; run it now, pause it, resume it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.filters import owner
from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card, say, show
from plugins.recognize import command, person, pressed, pressed_argument
from services.jobs import Alarm, EndedRun, JobReport, JobRun, JobState, RunState
from services.times import written

_LAST: Final = {
    RunState.DONE: "job-last-done",
    RunState.PUT_OFF: "job-last-put-off",
    RunState.FAILED: "job-last-failed",
}


@Client.on_message(command("jobs") & owner)
async def jobs(bot: Bot, message: Message) -> None:
    """Show all jobs."""
    await say(bot, message, await jobs_card(bot))


@Client.on_callback_query(person & owner & pressed("jobs"))
async def press_jobs(bot: Bot, query: CallbackQuery) -> None:
    """Show all jobs as they are now."""
    await show(bot, query, await jobs_card(bot))


@Client.on_callback_query(person & owner & pressed("job"))
async def press_job(bot: Bot, query: CallbackQuery) -> None:
    """Show one job as it is now."""
    await show(bot, query, await job_card(bot, pressed_argument(query)))


@Client.on_callback_query(person & owner & pressed("job-run"))
async def press_run(bot: Bot, query: CallbackQuery) -> None:
    """Let a job run now, unless it is under way."""
    name = pressed_argument(query)
    ordered = await bot.services.jobs.order(name)
    card = await job_card(bot, name)
    await bot.edit_answer(query, card.key, keyboard=card.keyboard, **card.args)
    await bot.toast(query, "job-ordered" if ordered else "job-under-way")


@Client.on_callback_query(person & owner & pressed("job-pause"))
async def press_pause(bot: Bot, query: CallbackQuery) -> None:
    """Let a job run no more by itself."""
    await bot.services.jobs.pause(name := pressed_argument(query))
    await show(bot, query, await job_card(bot, name))


@Client.on_callback_query(person & owner & pressed("job-resume"))
async def press_resume(bot: Bot, query: CallbackQuery) -> None:
    """Let a job run by itself again."""
    await bot.services.jobs.resume(name := pressed_argument(query))
    await show(bot, query, await job_card(bot, name))


async def tell_of_job(bot: Bot, state: JobState) -> bool:
    """Tell the owner that a job fails, or that it is well again; once for each time that it began to fail."""
    run = state.run
    cause, name = state.alarm_cause, Part(state.plan.key)
    if run.alarm is Alarm.FAILING:
        return await bot.owner_told("job-failing", cause=cause, name=name, error=run.last.error if run.last else None)
    return await bot.owner_told("job-recovered", cause=cause, name=name)


async def jobs_card(bot: Bot) -> Card:
    """List all jobs, with a button for each."""
    states, zone = await bot.services.jobs.states(), await zone_of(bot)
    rows = tuple(row(state, zone) for state in states)
    buttons = [[Button(state.plan.key, data=f"job:{state.plan.name}")] for state in states]
    return Card("jobs", {"rows": rows, "zone": zone}, [*buttons, [Button("button-refresh", data="jobs")]])


async def job_card(bot: Bot, name: str) -> Card:
    """Show one job, with what can be done about it.

    Raises:
        UserError: there is no such job.
    """
    state, zone = await bot.services.jobs.state(name), await zone_of(bot)
    pause = ("button-job-resume", "job-resume") if state.run.paused else ("button-job-pause", "job-pause")
    first = [Button("button-job-run", data=f"job-run:{name}"), Button(pause[0], data=f"{pause[1]}:{name}")]
    last = [Button("button-refresh", data=f"job:{name}"), Button("button-all-jobs", data="jobs")]
    return Card("job", {"row": row(state, zone), "zone": zone}, [first, last])


async def zone_of(bot: Bot) -> str:
    """The time zone in which times are shown."""
    return (await bot.services.settings.current()).timezone


def row(state: JobState, zone: str) -> Part:
    """One job: what it is called, when it is due, how its last run was, when the next one is."""
    schedule = state.plan.schedule
    args = {
        "name": Part(state.plan.key),
        "when": Part(schedule.key, schedule.args),
        "last": last_run(state.run.last, zone),
        "next": next_run(state.run, zone),
    }
    return Part("job-row", args)


def last_run(last: EndedRun | None, zone: str) -> Part:
    """How a job's last run was."""
    if last is None:
        return Part("job-last-none")
    lasted = round((last.ended_at - last.began_at).total_seconds(), 1)
    args = {"at": written(last.began_at, zone), "lasted": lasted, "did": did(last.report), "error": last.error}
    return Part(_LAST[last.state], args)


def did(report: JobReport) -> Part:
    """What a run did."""
    return Part("job-did", asdict(report)) if report != JobReport() else Part("job-did-nothing")


def next_run(run: JobRun, zone: str) -> Part:
    """When a job's next run is, or since when one is under way."""
    if run.state is RunState.RUNNING:
        return Part("job-running", {"at": moment(run.began_at, zone)})
    if run.order:
        return Part("job-next-now")
    return Part("job-paused") if run.paused else Part("job-next", {"at": moment(run.due_at, zone)})


def moment(at: datetime | None, zone: str) -> str:
    """A time as it is shown."""
    return written(at, zone) if at else "–"
