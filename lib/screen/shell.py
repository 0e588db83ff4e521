"""The script that Streamlit reruns for every visit: page settings, the side bar, and the page asked for.

It is alone in its folder, for Streamlit puts that folder first on `sys.path`; and it lies under `lib`, for beside
`pages/` Streamlit's old discovery would draw pages without it.
"""

from lib.ui import links, navigation, side_bar, visit

navigation.page_settings()
guest = visit.current()
page = navigation.choose(guest)
if guest.actor is None:
    visit.sign_in(guest)
else:
    side_bar.draw(guest)
    links.returned(page.url_path)
    page.run()
