"""Long tasks as rows: how far, how long, what went wrong, and a way to stop them."""

from dash import dcc, html

from dashboards.answers import Job, JobState
from dashboards.words import say


def _state_words(state: JobState) -> str:
    words = {
        JobState.WAITING: say("waiting"),
        JobState.RUNNING: say("running"),
        JobState.DONE: say("done"),
        JobState.FAILED: say("failed"),
        JobState.CANCELLED: say("stopped"),
    }
    return words[state]


def elapsed_words(seconds: float) -> str:
    """Return a duration as text.

    Parameters
    ----------
    seconds : float
        Not negative.

    Returns
    -------
    str
        Such as ``1 min 05 s``.

    Examples
    --------
    >>> elapsed_words(65), elapsed_words(4.2)
    ('1 min 05 s', '4 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def job_row(job: Job) -> html.Li:
    """Return one job.

    Parameters
    ----------
    job : Job
        Its row in the job table.

    Returns
    -------
    html.Li
        Title, stage, bar, time, message, report, stop.
    """
    running = job.state in (JobState.RUNNING, JobState.WAITING)
    progress = {"max": str(job.total), "value": str(job.done)} if job.total else {}
    parts = [
        html.Div(
            [
                html.Strong(job.title),
                html.Span(_state_words(job.state), className=f"job-state job-state--{job.state.value}"),
                html.Span(job.stage, className="muted"),
            ],
            className="job-head",
        ),
        html.Progress(className="job-bar", **progress, **{"aria-label": say("Progress of {title}", title=job.title)}),
        html.Div(
            [
                html.Span(f"{job.done} / {job.total}" if job.total else "…"),
                html.Span(elapsed_words(job.elapsed_s)),
                dcc.Link(say("Report of every file"), href=f"/import?job={job.job_id}"),
                *(
                    [
                        html.Button(
                            say("Stop"),
                            className="tool",
                            type="button",
                            **{"data-action": "stop-job", "data-job": job.job_id},
                        )
                    ]
                    if running
                    else []
                ),
            ],
            className="job-facts",
        ),
    ]
    if job.message:
        parts.append(html.P([job.message, " ", html.Code(job.code)], className="job-message"))
    return html.Li(parts, className="job")


def job_list(jobs: tuple[Job, ...]) -> html.Div:
    """Return every job, newest first.

    Parameters
    ----------
    jobs : tuple of Job
        The job table.

    Returns
    -------
    html.Div
        The list, or a sentence that there is none.
    """
    if not jobs:
        return html.Div(html.P(say("No import yet."), className="says"))
    return html.Div(html.Ul([job_row(job) for job in jobs], className="jobs"))
