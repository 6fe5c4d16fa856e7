# The course with everything it needs, for Docker, Binder, JupyterHub and Codespaces alike:
#   docker build --tag dlcourse . && docker run --name dlcourse --publish 127.0.0.1:8888:8888 dlcourse
FROM python:3.12-slim

# Binder and JupyterHub say which user will run it; nobody runs it as root.
ARG NB_USER=learner
ARG NB_UID=1000
ENV USER=${NB_USER} HOME=/home/${NB_USER}

RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid ${NB_UID} ${NB_USER}

WORKDIR /home/${NB_USER}/dlcourse
COPY . .
# The one list of requirements, and the two servers that Binder and JupyterHub start.
RUN pip install --no-cache-dir --requirement requirements.txt jupyterhub notebook \
    && chown --recursive ${NB_USER} ${HOME}

USER ${NB_USER}
EXPOSE 8888
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser", "--notebook-dir=chapters"]
