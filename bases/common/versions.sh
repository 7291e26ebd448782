# What the base images hold beside Python, in both ways of making them.

# Learners install these with apt; a build stage may need a compiler.
APT_PACKAGES="tini dumb-init curl gcc libc6-dev make"

# Learners install the first two with pip; pinned so that the same recipe gives the same images.
PIP_PACKAGES="fastapi==0.115.6 uvicorn==0.34.0 gunicorn==23.0.0 pip setuptools wheel"
