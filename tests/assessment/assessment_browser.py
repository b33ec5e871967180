"""Someone with a submission link: plain forms, no JavaScript, no cookies."""

import re
from contextlib import closing
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

from assessment_office import Office
from werkzeug.test import EnvironBuilder

from headship_contracts.assessment.submissions import MakeSubmissionLink
from kit import links
from kit.pages import Request

SECRETS = ["a secret for tests only, long enough to be taken"]


class Browser:
    """Someone with a link, who follows where a form leads."""

    def __init__(self, office: Office, application, window, **link):
        links.use(SECRETS)
        self.office = office
        about = {"application_id": application.application_id, "window_id": window.window_id}
        self.link = office.ask(MakeSubmissionLink(**about | link))
        self.token = self.link.url.rpartition("/")[2]

    def opens(self):
        return self._told(self.office.service.submit_page(self._request(), self.token))

    def uploads(self, content, filename="script.txt"):
        return self._uploads({"file": (BytesIO(content), filename)})

    def uploads_nothing(self):
        return self._uploads({"other": "x", "another": (BytesIO(b"x"), "x.txt")})

    def _uploads(self, fields):
        environ = EnvironBuilder(method="POST", data=fields).get_environ()
        with closing(environ["wsgi.input"]), Request(environ) as request:
            return self._told(self.office.service.submit_upload(request, self.token))

    def confirms(self, own_work=True, digest=None):
        digest = digest or re.search(r"name='sha256' value='(\w+)'", self.opens())[1]
        fields = {"sha256": digest} | ({"own_work": "yes"} if own_work else {})
        built = EnvironBuilder(
            method="POST",
            data=urlencode(fields),
            content_type="application/x-www-form-urlencoded",
        )
        request = Request(built.get_environ())
        return self._told(self.office.service.submit_confirm(request, self.token))

    def _request(self):
        return Request(EnvironBuilder(path="/").get_environ())

    def _told(self, response):
        """The page that a browser ends at."""
        if response.status_code == 303:
            where = response.headers["Location"]
            page = "submit_receipt" if where.endswith("/receipt") else "submit_page"
            assert where.split("/")[2] == self.token
            return self._told(getattr(self.office.service, page)(self._request(), self.token))
        self.status = response.status_code
        return unescape(response.get_data(as_text=True))
