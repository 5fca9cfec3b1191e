"""Who reaches the workshop's server: this machine alone, unless a container says otherwise."""

import re

import pytest

from kernel_seams.workshop import access
from kernel_seams.workshop.settings import lab_environment

CONTAINER = {"SEAMS_HOST": "0.0.0.0"}  # noqa: S104 (what the image says)
CODESPACE = {**CONTAINER, "CODESPACE_NAME": "fluffy-disco-x7"}


def test_without_a_word_the_server_is_on_loopback_and_as_strict_as_jupyter():
    """A learner's machine: loopback, and neither Host nor Origin is answered more freely."""
    assert access.settings(8888, {}) == {"ServerApp.ip": "127.0.0.1"}
    assert access.settings(8888, {"SEAMS_HOST": "localhost"}) == {"ServerApp.ip": "localhost"}


def test_a_container_listens_everywhere_and_still_wants_a_token():
    """Foreign hosts are answered, and no setting of an open server takes the token away."""
    settings = access.settings(8888, CONTAINER)

    assert (settings["ServerApp.ip"], settings["ServerApp.allow_remote_access"]) == ("0.0.0.0", "True")  # noqa: S104
    assert settings["IdentityProvider.cookie_options"] == "samesite=Lax"
    assert not any("token" in name or "password" in name for name in settings)


@pytest.mark.parametrize(
    ("environment", "origin", "ours"),
    [
        (CONTAINER, "http://localhost:8888", True),
        (CONTAINER, "https://localhost", True),
        (CONTAINER, "http://127.0.0.1:8888", True),
        (CONTAINER, "https://anything-8888.app.github.dev", True),
        (CONTAINER, "http://localhost:3000", False),
        (CONTAINER, "https://anything-3000.app.github.dev", False),
        (CONTAINER, "https://anything-8888.app.github.dev.evil.example", False),
        (CONTAINER, "https://evil.example", False),
        (CODESPACE, "https://fluffy-disco-x7-8888.app.github.dev", True),
        (CODESPACE, "https://another-codespace-8888.app.github.dev", False),
        (
            {**CODESPACE, "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "x.test"},
            "https://fluffy-disco-x7-8888.x.test",
            True,
        ),
    ],
)
def test_origins_that_are_ours_under_another_name(environment, origin, ours):
    """Ours are this port on loopback and this codespace; not another port, another codespace, or a look-alike."""
    assert bool(re.fullmatch(access.origins(8888, environment), origin)) is ours


def test_the_token_is_new_each_time_unless_it_was_chosen():
    """A chosen token is taken; an empty variable, which compose makes of none, is no choice."""
    assert access.new_token({"SEAMS_TOKEN": "chosen"}) == "chosen"
    assert len(access.new_token({"SEAMS_TOKEN": ""})) > 40
    assert access.new_token({}) != access.new_token({})


def test_a_chosen_token_does_not_reach_the_kernels(checkout):
    """Kernels and terminals get the server's variables, less the one that lets people in."""
    base = {"SEAMS_TOKEN": "chosen", "LANG": "C.UTF-8"}

    environment = lab_environment(checkout, "chosen", "mark", base)

    assert "SEAMS_TOKEN" not in environment
    assert environment["LANG"] == "C.UTF-8"


def test_in_a_codespace_the_address_is_the_forwarded_one():
    """What is printed can be opened in the person's browser: elsewhere it is left as it is."""
    url = "http://127.0.0.1:8888/lab?token=t"

    assert access.public_url(url, CONTAINER) == url
    assert access.public_url(url, CODESPACE) == "https://fluffy-disco-x7-8888.app.github.dev/lab?token=t"


def test_a_server_that_listens_everywhere_is_asked_on_loopback(monkeypatch):
    """It calls itself by the name of its machine, which nobody outside the container can resolve."""
    monkeypatch.setenv("SEAMS_HOST", "0.0.0.0")  # noqa: S104

    assert access.local_url("http://3f2a9c:9000/") == "http://127.0.0.1:9000/"
