"""The ASGI app that `streamlit run app.py` serves: pages, our own routes and, without an i'mport key, the sandbox."""

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from lib import desk, sandbox, settings, world
from lib.ui import mishap
from lib.web import routes
from lib.web.headers import SecurityHeaders

STATIC = Mount("/app/static", StaticFiles(directory=settings.ROOT / "static"))
chosen = desk.settings_or_exit(port=st.get_option("server.port"))
offline = sandbox.build(world.World(), state=settings.ROOT / "data" / "sandbox.db") if chosen.sandboxed else None

app = st.App(
    "lib/screen/shell.py",  # not beside pages/: see its docstring
    lifespan=desk.lifespan(chosen),
    routes=[*routes.ROUTES, STATIC, *([Mount("/sandbox", offline.app)] if offline else [])],
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=mishap.show,
)
