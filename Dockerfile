# kernel-seams in a container: every interpreter, every kernelspec, and the mismatch made on purpose.
#
#   docker build .                    the full image
#   docker build --target slim .      without R and PyPy
#   docker build --target class .     for a class whose grades count: a learner's kit, without the solutions
#   docker build --target dev .       what .devcontainer/ uses: no course in it, it serves the checkout that is mounted
#   docker build --build-arg JULIA=1.12.1 .
#
#   debian ----+-- tools         uv: the builds below have it on /mnt and its cache on /media, which every Debian
#              |                 has and which are empty again afterwards
#              +-- environment   the workshop's packages, from requirements.lock
#              +-- pypy          PyPy's own packages: two of them are compiled, the compiler stays here
#              +-- julia         empty, unless it was asked for
#              +-- languages ----- full-environment --+-- dev
#              |               |                      +-- full
#              |               +-- class, with the files of `kit`, which `seams release` makes
#              +-- slim-environment ----------------- slim
#
# What changes most often comes last: a changed lesson is one COPY.
# docs/image.md shows what each layer costs.

ARG BASE=debian:trixie-slim

FROM ${BASE} AS debian
# What Debian's slim images say, also where the base is another one: no manuals, and no waiting for the disk, because
# a layer that is half written is thrown away.
RUN printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-include=/usr/share/doc/*/copyright' \
        'path-exclude=/usr/share/man/*' > /etc/dpkg/dpkg.cfg.d/kernel-seams
# `ca-certificates` is not in the slim base, and everything below fetches over https.
# python3-venv: a learner's `python3 -m venv` must work. tini ends what kernels leave behind.
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        ca-certificates python3 python3-venv tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log
# The folders are there before a volume is mounted over them: a new volume takes their owner. Whoever grades has another
# uid and reads what is here.
RUN useradd --create-home --uid 1000 --shell /bin/bash learner && chmod 755 /home/learner \
    && install -d -o learner -g learner \
        /home/learner/kernel-seams /home/learner/kernel-seams/work /home/learner/kernel-seams/.workshop
# Inside, loopback is where no published port ends. Nothing here holds a token: each start of the server makes one.
ENV LANG=C.UTF-8 \
    PATH=/home/learner/kernel-seams/.venv/bin:$PATH \
    SEAMS_HOST=0.0.0.0
WORKDIR /home/learner/kernel-seams
LABEL org.opencontainers.image.title="kernel-seams" \
      org.opencontainers.image.description="Kernel, IPython, Jupyter: drive each layer until the boundary is obvious" \
      org.opencontainers.image.licenses="BSD-3-Clause AND CC-BY-4.0" \
      org.opencontainers.image.base.name="debian:trixie-slim"
EXPOSE 8888
# Said here once, for every image below.
HEALTHCHECK --interval=5s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "kernel_seams.workshop.health"]
ENTRYPOINT ["tini", "--"]
CMD ["seams", "workshop", "--no-browser"]


FROM debian AS tools
COPY environments/uv/requirements.lock .
RUN python3 -m venv /opt/uv \
    && /opt/uv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock


FROM debian AS environment
USER learner
COPY --chown=learner:learner requirements.lock .
# The stamp's first line is how scripts/set_up.py knows an environment that was made for this folder.
RUN --mount=type=bind,from=tools,source=/opt/uv,target=/mnt \
    --mount=type=cache,target=/media,uid=1000,gid=1000 \
    export UV_CACHE_DIR=/media UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never \
    && /mnt/bin/uv venv --quiet --no-project --python /usr/bin/python3 .venv \
    && /mnt/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python \
        --require-hashes --requirement requirements.lock \
    && pwd -P > .venv/seams-stamp-workshop
# What is not saved when the container stops is in the browser only: autosave comes every 15 seconds, not every 120.
RUN mkdir -p .venv/share/jupyter/lab/settings \
    && printf '{"@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 15}}\n' \
        > .venv/share/jupyter/lab/settings/overrides.json


FROM debian AS pypy
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        g++ gcc libc6-dev libzmq3-dev pkgconf pypy3 pypy3-dev \
    && rm -rf /var/lib/apt/lists/*
USER learner
COPY --chown=learner:learner environments/pypy environments/pypy
# uv makes the environment, because Debian's pypy3 has no ensurepip.
RUN --mount=type=bind,from=tools,source=/opt/uv,target=/mnt \
    --mount=type=cache,target=/media,uid=1000,gid=1000 \
    export UV_CACHE_DIR=/media UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never \
    && /mnt/bin/uv venv --quiet --no-project --python /usr/bin/pypy3 .venv/environments/pypy \
    && /mnt/bin/uv pip install --quiet --compile-bytecode --python .venv/environments/pypy/bin/python \
        --require-hashes --requirement environments/pypy/requirements.lock \
        --build-constraints environments/pypy/build-requirements.lock


FROM debian AS julia
ARG JULIA=
ARG TARGETARCH
COPY environments/julia/fetch.py .
RUN mkdir -p /julia && if [ -n "$JULIA" ]; then python3 fetch.py "$JULIA" "${TARGETARCH:-amd64}" /julia; fi


FROM debian AS languages
# libzmq5: PyPy's pyzmq was compiled against it.
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libzmq5 pypy3 r-cran-irkernel \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log
COPY --from=julia /julia /
USER learner
RUN if command -v julia >/dev/null; then \
        julia -e 'import Pkg; Pkg.add("IJulia")' \
        || { echo 'julia: IJulia cannot be installed. Is the Julia package server in reach?' >&2; exit 1; }; \
    fi


FROM languages AS full-environment
COPY --from=environment --chown=learner:learner /home/learner/kernel-seams/.venv .venv
COPY --from=pypy --chown=learner:learner /home/learner/kernel-seams/.venv/environments .venv/environments
COPY --chown=learner:learner pyproject.toml requirements.lock README.md LICENSE LICENSE-COURSE ./
COPY --chown=learner:learner environments environments
COPY --chown=learner:learner scripts scripts
COPY --chown=learner:learner src src
RUN --mount=type=bind,from=tools,source=/opt/uv,target=/mnt \
    --mount=type=cache,target=/media,uid=1000,gid=1000 \
    PATH=$PATH:/mnt/bin UV_CACHE_DIR=/media UV_LINK_MODE=copy /usr/bin/python3 scripts/set_up.py .venv


FROM debian AS slim-environment
USER learner
COPY --from=environment --chown=learner:learner /home/learner/kernel-seams/.venv .venv
COPY --chown=learner:learner pyproject.toml requirements.lock README.md LICENSE LICENSE-COURSE ./
COPY --chown=learner:learner environments environments
COPY --chown=learner:learner scripts scripts
COPY --chown=learner:learner src src
RUN --mount=type=bind,from=tools,source=/opt/uv,target=/mnt \
    --mount=type=cache,target=/media,uid=1000,gid=1000 \
    PATH=$PATH:/mnt/bin UV_CACHE_DIR=/media UV_LINK_MODE=copy /usr/bin/python3 scripts/set_up.py .venv


FROM slim-environment AS slim
COPY --chown=learner:learner . .


FROM full-environment AS dev
USER root
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        curl git less openssh-client procps \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log
# A maintainer writes locks with it.
COPY --from=tools /opt/uv/bin/uv /usr/local/bin/uv
USER learner
# The checkout that is mounted has no environment of its own: its scripts use the one that is here.
ENV SEAMS_ENVIRONMENT=/home/learner/kernel-seams/.venv


# What a learner is given, made where all of it is. No layer of `class` has ever held more.
FROM environment AS kit
COPY --chown=learner:learner . checkout
RUN PYTHONPATH=checkout/src .venv/bin/python -m kernel_seams release --to kit


FROM languages AS class
COPY --from=environment --chown=learner:learner /home/learner/kernel-seams/.venv .venv
COPY --from=pypy --chown=learner:learner /home/learner/kernel-seams/.venv/environments .venv/environments
COPY --from=kit --chown=learner:learner /home/learner/kernel-seams/kit .
RUN --mount=type=bind,from=tools,source=/opt/uv,target=/mnt \
    --mount=type=cache,target=/media,uid=1000,gid=1000 \
    PATH=$PATH:/mnt/bin UV_CACHE_DIR=/media UV_LINK_MODE=copy /usr/bin/python3 scripts/set_up.py .venv


FROM full-environment AS full
COPY --chown=learner:learner . .
