"""GET /exports/{job}: a finished export, to the person who asked for it and to nobody else; streamed from the file."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from lib.errors import SignedOut
from lib.reports.workbooks import jobs
from lib.web.saying import said
from lib.web.sign_in import actor_of

NOT_KEPT = {"Cache-Control": "no-store"}
TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def fetch(request: Request) -> Response:
    """The file as an attachment; 401 signed out, 404 for an unknown, unfinished or foreign job."""
    try:
        actor = await run_in_threadpool(actor_of, request)
    except SignedOut:
        return said(request, "signed_out", 401, NOT_KEPT, form=True)
    job = jobs.progress(request.path_params["job"], actor)
    if job is None or not job.done or not job.file.exists():
        return said(request, "no_export", 404, NOT_KEPT, form=True)
    return FileResponse(job.file, media_type=TYPES[job.file.suffix], filename=job.file_name, headers=NOT_KEPT)


ROUTES = [Route("/exports/{job}", fetch)]
