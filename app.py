"""The ASGI app that `streamlit run app.py` serves: pages, our own routes and, without an i'mport key, the sandbox."""

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from lib import desk, sandbox, settings
from lib.ui import mishap
from lib.web import routes
from lib.web.headers import SecurityHeaders
from lib.world import World

chosen = desk.settings_or_exit(streamlit_server_port=st.get_option("server.port"))
mounts = [Mount("/app/static", StaticFiles(directory=settings.ROOT / "static"))]
if chosen.sandboxed:
    shop = sandbox.build(
        World(),
        payments=chosen.paydesk_sandbox_payments,
        state=chosen.sandbox_state,
        deliveries=chosen.paydesk_sandbox_deliveries,
        webhook=chosen.own_webhook,
    )
    mounts.append(Mount("/sandbox", shop.app))

app = st.App(
    "lib/screen/shell.py",  # not beside pages/: see its docstring
    lifespan=desk.lifespan(chosen, World()),
    routes=[*routes.ROUTES, *mounts],
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=mishap.show,
)
