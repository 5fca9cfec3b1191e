# /// case
# tries = "IPython's own tools: a module written with %%writefile and imported, %%time, a shell's output as a value, `await`, `_`."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
# %%writefile written.py
def times(factor, number):
    return factor * number


# %% top
# %load_ext autoreload
# %autoreload 2
import asyncio

from written import times

await asyncio.sleep(0)

# %% before triple
6 * 7

# %% triple
# %%time
factor = _ // 14


def triple(number):
    return times(factor, number)


# %% largest
# lines = !printf 'Io\nEuropa\nGanymede\nCallisto\n'
moons = list(lines)
planet = "Jupiter"
