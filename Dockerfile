# The chapters with everything they need, for Docker, Binder, JupyterHub and Codespaces alike:
#   docker build --tag dlcourse . && docker run --name dlcourse --publish 127.0.0.1:8888:8888 dlcourse
FROM python:3.12-slim

# Binder and JupyterHub say which user will run it; nobody runs it as root.
ARG NB_USER=learner
ARG NB_UID=1000
ENV USER=${NB_USER} HOME=/home/${NB_USER}

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid ${NB_UID} ${NB_USER}

# What the chapters import, a framework and a notebook, in the tested versions, and the two servers that
# Binder and JupyterHub start; nothing that builds the site or tests it. The layer is made anew when
# these two files change, not when a chapter does.
WORKDIR /tmp/requirements
COPY pyproject.toml requirements.txt ./
RUN grep -v '^-e' requirements.txt > versions.txt \
    && pip install --no-cache-dir "uv<1" \
    && uv pip install --system --no-cache --constraints versions.txt \
        --requirements pyproject.toml --extra lab "jupyterhub<6" "notebook<8"

WORKDIR /home/${NB_USER}/dlcourse
COPY --chown=${NB_UID}:${NB_UID} . .
RUN uv pip install --system --no-cache --no-deps --editable . \
    && chown ${NB_UID}:${NB_UID} .

USER ${NB_USER}
EXPOSE 8888
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser", "--notebook-dir=chapters"]
