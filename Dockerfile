# The service, with the newest released model:
#
#     docker build -t rasm .
#     docker run --rm -p 127.0.0.1:8000:8000 -e RASM_TOKEN=secret rasm
#
# In the container the service listens to every address, or nothing outside could reach it; which
# addresses of the host reach it is what -p says: 127.0.0.1 is this machine alone. Without RASM_TOKEN
# nothing can be written. Added classes lie in /data.

FROM python:3.11-slim AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /src
COPY pyproject.toml README.md hatch_build.py requirements.lock ./
COPY lib lib
COPY models models
# The locked versions, with their hashes, of what the wheel wants and no more. pip installs uv, and uv
# the rest.
RUN python -m venv /opt/build && python -m venv /opt/rasm \
    && awk '/^[^ ]/ { wanted = /^uv==/ } wanted' requirements.lock > uv.lock \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r uv.lock
# With bytecode, for the user of the service cannot write any.
ENV PATH=/opt/build/bin:$PATH UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1
RUN echo hatchling | uv pip compile -q --generate-hashes -c requirements.lock - -o build.lock \
    && uv pip install --python /opt/build/bin/python --require-hashes -r build.lock \
    && uv build --wheel --no-build-isolation --python /opt/build/bin/python -o /wheel
RUN uv pip compile -q --generate-hashes --extra serve -c requirements.lock pyproject.toml -o serve.lock \
    && uv pip install --python /opt/rasm/bin/python --require-hashes -r serve.lock \
    && uv pip install --python /opt/rasm/bin/python --no-deps /wheel/*.whl

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 rasm && install -d -o rasm /data
COPY --from=build /opt/rasm /opt/rasm
USER 10001
WORKDIR /data
ENV PATH=/opt/rasm/bin:$PATH XDG_DATA_HOME=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/ready', timeout=4)"]
CMD ["rasm", "serve", "--host", "0.0.0.0", "--port", "8000"]
