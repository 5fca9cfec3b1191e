"""What every test stands on: nothing that Jupyter or a kernel writes leaves the checkout."""

import os

import pytest

from kernel_seams.checkout import Checkout, find_checkout


@pytest.fixture(scope="session")
def checkout() -> Checkout:
    """The checkout the tests run in."""
    found = find_checkout()
    assert found is not None
    return found


@pytest.fixture(scope="session", autouse=True)
def _jupyter_writes_into_the_checkout(checkout):
    """Runtime, config, IPython and Deno folders of the tests lie below .workshop, one set a worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    state = Checkout(checkout.root / ".workshop" / "tests" / worker)
    state.state.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in state.jupyter_environment().items():
            patch.setenv(name, value)
        # What the person has set for their own Jupyter must not decide how a test ends.
        for name in ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_PREFER_ENV_PATH"):
            patch.delenv(name, raising=False)
        yield
